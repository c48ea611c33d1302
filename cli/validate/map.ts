import type { TableMetadata } from '../../clients/dynamics/types';
import type { FieldMetadata } from '../../clients/marketo/types';
import { bindRules } from '../../model/bind';
import { type FieldState, fieldStates, isQuarantined, type KnownField } from '../../model/field-state';
import type { Settings } from '../../model/settings';
import { type Check, fault, ok, warn } from './check';

/** Marketo's API makes fields of people and of our own custom objects only (marketo-api §4.2). */
const BY_HAND = new Set(['companies', 'opportunities', 'salespersons']);

/**
 * The field map against both systems' metadata: each row without a counterpart aloud, and each field that is not what it
 * was when the sync last saw it well. Needs both systems' answers.
 */
export function checkMap(
  { entities }: Settings,
  tables: ReadonlyMap<string, TableMetadata>,
  fields: ReadonlyMap<string, FieldMetadata[]>,
  remembered: ReadonlyMap<string, readonly KnownField[]> = new Map(),
): Check[] {
  return entities.flatMap((entity): Check[] => {
    const path =
      entity.target.kind === 'person' ? 'leads' : entity.target.kind === 'object' ? entity.target.path : undefined;
    const table = tables.get(entity.name);
    const described = path === undefined ? undefined : fields.get(path);
    if (!table || !described || path === undefined) return [];
    const joined = entity.join ? tables.get(entity.join.table) : undefined;
    const byName = new Map(described.map((field) => [field.name.toLowerCase(), field]));
    const { bound, dropped } = bindRules(entity.rules, { ...joined?.columns, ...table.columns }, byName, [
      ...(table.unreadable ?? []),
      ...(joined?.unreadable ?? []),
    ]);
    const told = new Set([...bound, ...dropped].map(({ rule }) => `${rule.dynamics}>${rule.marketo.toLowerCase()}`));
    const optional = entity.rules.filter((rule) => !told.has(`${rule.dynamics}>${rule.marketo.toLowerCase()}`));
    const named = optional.map(({ dynamics, marketo, direction }) =>
      direction === 'to-dynamics' ? dynamics : marketo,
    );
    const left =
      optional.length > 0 ? `; optional ones left out, since one end has no such field: ${named.join(', ')}` : '';
    const twoWay = bound.filter(({ rule }) => rule.direction !== 'to-marketo').length;
    return [
      ok(
        `map ${entity.name}`,
        `${bound.length} fields${twoWay > 0 ? `, ${twoWay} of them also to Dynamics` : ''}${left}`,
      ),
      ...fieldStates(entity.rules, { bound, dropped }, remembered.get(entity.name), Date.now()).flatMap((state) =>
        troubleOf(entity.name, path, state),
      ),
    ];
  });
}

function troubleOf(entity: string, path: string, { known }: FieldState): Check[] {
  if (!known.trouble) return [];
  const { cause, why } = known.trouble;
  if (cause === 'no-time-zone')
    return [
      fault(
        `map ${entity}.${known.dynamics}`,
        `left out: ${why}`,
        'Add timeZone (as Europe/Berlin) to the row, or at the top of sync.config.yaml for all rows, or map the column to a field of type datetime',
      ),
    ];
  return [
    warn(
      `map ${entity}.${known.dynamics}`,
      `${isQuarantined(known) ? 'left out' : 'held back in part'}: ${why}`,
      cause === 'no-field' && BY_HAND.has(path)
        ? 'Marketo’s API can’t create it: make it by hand (Admin, Field Management), or take the row out of sync.config.yaml'
        : 'Mend the field or the row in sync.config.yaml, or list it under `without`; a running sync takes it up by itself',
    ),
  ];
}
