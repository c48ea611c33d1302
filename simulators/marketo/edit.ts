import type { Origin } from './activities/log';
import { ControlError } from './control-error';
import type { Field, Values } from './fields';
import { type Instance, PARTITIONS } from './instance';
import { changeLead, createLead, deleteLead } from './leads/change';
import { mergeLeads } from './leads/merge';
import { linkFaults } from './leads/plan';
import type { Lead } from './leads/store';
import { checkValue, type ValueRules } from './validate';

/** What a marketer may do to people, as the control address takes it. */
export type EditOperation =
  | { op: 'create'; values: Values }
  | { op: 'update'; id: number; values: Values }
  | { op: 'delete'; id: number }
  /** `anonymous`: so many losers that were never known: visitors without a name, whom no read finds. */
  | { op: 'merge'; winner: number; losers?: number[]; anonymous?: number };

/** Carries out edits as a marketer would; gives the id each one concerned. Throws an Error that names what is wrong. */
export function editInstance(instance: Instance, operations: EditOperation[], origin: Origin): number[] {
  return operations.map((operation) => {
    switch (operation.op) {
      case 'create':
        return createLead(instance, leadValues(instance, {}, operation.values), PARTITIONS[0].id, origin).id;
      case 'update': {
        const lead = leadOf(instance, operation.id);
        const changes = leadValues(instance, instance.leads.values(lead), operation.values);
        changeLead(instance, lead, changes, origin, true);
        return lead.id;
      }
      case 'delete':
        deleteLead(instance, leadOf(instance, operation.id), origin);
        return operation.id;
      case 'merge': {
        const winner = leadOf(instance, operation.winner);
        mergeLeads(
          instance,
          winner,
          (operation.losers ?? []).map((id) => leadOf(instance, id)),
          origin,
          Array.from({ length: operation.anonymous ?? 0 }, () => instance.leads.takeId()),
        );
        return winner.id;
      }
      default:
        throw new ControlError('op is unknown; use create, update, delete or merge');
    }
  });
}

/** People who are there already: no activity is logged. */
export function seedLeads(instance: Instance, leads: Values[]): number[] {
  const now = instance.clock.now();
  return leads.map((values) => instance.leads.insert(leadValues(instance, {}, values), now, PARTITIONS[0].id).id);
}

/** Checked values of known, writable fields. */
export function readValues(fields: { get(name: string): Field | undefined }, sent: Values, rules: ValueRules): Values {
  const values: Values = {};
  for (const name of Object.keys(sent)) {
    const field = fields.get(name);
    if (!field || field.readOnly || name === 'id')
      throw new ControlError(`field ${name} is unknown or read-only; see describe`);
    const checked = checkValue(field, sent[name], rules);
    if ('reason' in checked) throw new ControlError(`${checked.reason.code} ${checked.reason.message}`);
    values[name] = checked.value;
  }
  return values;
}

function leadValues(instance: Instance, before: Values, sent: Values): Values {
  const values = readValues(instance.fields, sent, instance.settings);
  const [fault] = linkFaults(instance, before, values);
  if (fault) throw new ControlError(`${fault.code} ${fault.message}`);
  return values;
}

function leadOf(instance: Instance, id: number): Lead {
  const lead = instance.leads.get(id);
  if (!lead) throw new ControlError(`there is no lead ${id}`);
  return lead;
}
