import type { BoundField } from './bind';
import type { FieldDecision } from './decision';
import type { FieldMark, Marks, Receipt } from './fingerprint';
import type { Happening, Rule, TrailEvent } from './trail';

/** What a link knew before a pair was settled. */
export interface Before {
  marks: Marks;
  /** Names of the fields that were parked. */
  parked: readonly string[];
  unsureMarketo?: readonly Receipt[];
  unsureDynamics?: readonly Receipt[];
}

/** What became of a call; `none`: there was nothing to send. */
export interface Call {
  to: 'marketo' | 'dynamics';
  outcome: 'created' | 'updated' | 'refused' | 'none';
  /** Of a record that was refused as a whole. */
  code?: string;
  /** Fields that were refused by themselves → vendor code. */
  refused: ReadonlyMap<string, string>;
}

/** By which rule the merge sent a field the way it did: read off what it decided and what it decided on. */
export function ruleOf(
  { bound, action, mark, conflict }: FieldDecision,
  base: FieldMark | undefined,
  unsure: boolean,
): Rule {
  if (conflict) return conflict.rule;
  // Only a value that was restored settles nothing by itself (activities/persons/restore.ts).
  if (action === 'to-dynamics' && mark === undefined) return 'restored';
  if (bound.rule.direction !== 'both') return 'one-way';
  if (unsure) return 'own-copy';
  return base?.state === 'agreed' ? 'one-side' : 'value-beats-empty';
}

/**
 * The steps of a record's story that one settled pair adds: what was sent by which rule, what was refused, what is
 * parked anew. What was agreed on anyway is no step, so a system at rest adds none.
 */
export function eventsOf(decisions: readonly FieldDecision[], before: Before, call: Call, at: number): TrailEvent[] {
  const { to, outcome, code, refused } = call;
  const refusal = to === 'marketo' ? 'refused-by-marketo' : 'refused-by-dynamics';
  if (outcome === 'refused') {
    return [{ at, what: refusal, ...(code !== undefined && { code }), keys: [] }];
  }
  // One entry for all of its fields: an import makes a million of them.
  const events: (TrailEvent & { keys: number[] })[] = [];
  if (outcome === 'created') events.push({ at, what: 'created', rule: 'first-copy', keys: [] });
  const add = (key: number, what: Happening, rule: Rule | undefined, text: string | undefined) => {
    const group = events.find((event) => event.what === what && event.rule === rule && event.code === text);
    if (group) group.keys.push(key);
    else events.push({ at, what, ...(rule && { rule }), ...(text !== undefined && { code: text }), keys: [key] });
  };
  const sent = to === 'marketo' ? 'to-marketo' : 'to-dynamics';
  const unsure = [...(before.unsureMarketo ?? []), ...(before.unsureDynamics ?? [])];
  const isUnsure = ({ key }: BoundField): boolean => unsure.some((one) => one.key === key);
  for (const decision of decisions) {
    const { bound, action, parked } = decision;
    if (parked && !before.parked.includes(bound.field.name)) add(bound.key, 'parked', undefined, parked.reason);
    if (action !== sent) continue;
    const failed = refused.size > 0 ? refused.get(bound.field.name) : undefined;
    if (failed !== undefined) add(bound.key, refusal, undefined, failed);
    else if (outcome === 'updated') {
      const rule = ruleOf(decision, before.marks.get(bound.key), isUnsure(bound));
      add(bound.key, to === 'marketo' ? 'sent-to-marketo' : 'sent-to-dynamics', rule, undefined);
    }
  }
  return events;
}
