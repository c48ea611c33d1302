import { placeOf } from '../model/belongs-to';
import { STANDARD_ENTITIES } from '../model/entities';
import { parentsOf, rulesOf } from './config-entities';
import type { ConfigFile } from './config-schema';

/** What a schema can't say: names that don't exist, rules that contradict each other. One line a fault. */
export function contradictions(file: ConfigFile): string[] {
  const faults: string[] = [];
  const standard = new Map(STANDARD_ENTITIES.map((known) => [known.name, known]));
  const { when, list, as } = file.createInDynamics;
  if (when === 'list' && list === undefined) {
    faults.push('createInDynamics: when: list needs list: the id of a static list in Marketo');
  }
  if (when !== 'never' && file.entities[as]?.enabled === false) {
    faults.push(`createInDynamics: as: ${as} is not synced (entities.${as}.enabled: false)`);
  }
  for (const [entityName, setting] of Object.entries(file.entities)) {
    const known = standard.get(entityName);
    if (!known) {
      faults.push(
        `entities.${entityName}: not one of ${[...standard.keys()].join(', ')}; a custom table goes under customEntities`,
      );
      continue;
    }
    for (const rule of setting.fields) {
      if (known.target.kind !== 'person' && rule.direction !== 'to-marketo') {
        faults.push(
          `entities.${entityName}.fields ${rule.dynamics}: only leads and contacts travel both ways; use direction: to-marketo`,
        );
      }
    }
    const rules = rulesOf(known.rules, setting.fields, setting.without);
    for (const [field, policy] of Object.entries(setting.conflicts)) {
      const rule = rules.find(({ marketo }) => marketo.toLowerCase() === field.toLowerCase());
      if (rule?.direction !== 'both') {
        faults.push(`entities.${entityName}.conflicts ${field}: not a field of the map that travels both ways`);
      } else if (policy === 'most-restrictive' && !rule.consent) {
        faults.push(
          `entities.${entityName}.conflicts ${field}: most-restrictive is for consent fields; use newest, non-empty or a side`,
        );
      }
    }
    if (setting.whenDeleted === 'flag' && known.target.kind !== 'person') {
      faults.push(`entities.${entityName}.whenDeleted: only a person can be flagged; use delete or ignore`);
    }
  }
  const names = file.customEntities.map((custom) => custom.name);
  for (const duplicate of names.filter((custom, index) => names.indexOf(custom) !== index || standard.has(custom))) {
    faults.push(`customEntities ${duplicate}: is there twice, or is a standard entity`);
  }
  const parents = parentsOf(file.customEntities);
  for (const custom of file.customEntities) {
    const place = placeOf(custom.name, parents);
    const { entity: parent } = custom.belongsTo;
    if ('fault' in place) faults.push(`customEntities ${custom.name}: ${place.fault}`);
    else if (file.entities[parent]?.enabled === false)
      faults.push(`customEntities ${custom.name}: belongs to ${parent}, which is not enabled`);
  }
  return faults;
}
