import { breach, type Found } from '../breach';
import type { RecordHistory, Version } from '../history/record';
import type { CheckedEntity, CheckedLine } from '../map';
import { EMPTY, ofMarketo } from '../value/comparable';
import type { World } from '../world';
import { type Told, toldByDynamics, toldByMarketo } from './line';

/** Opt-outs of rows whose persons the service merged into others: they stand, unless somebody opted in since. */
export function* optOuts(world: World): Found {
  for (const entity of world.entitiesOf('leads'))
    for (const loser of world.rows(entity.name).values())
      for (const person of world.carriersOf(entity.object, loser.id)) {
        const gone = person.last();
        if (gone?.kind !== 'delete' || !gone.ours || gone.into === undefined) continue;
        if (world.ownerOf(person, gone.seq - 1)?.row !== loser) continue;
        for (const line of entity.lines)
          if (line.consent && line.direction === 'both') yield* judge(world, entity, loser, person, gone, line);
      }
}

function* judge(
  world: World,
  entity: CheckedEntity,
  loser: RecordHistory,
  person: RecordHistory,
  gone: Version,
  line: CheckedLine,
): Found {
  const survivor = world.marketo.table('leads').get(gone.into ?? '');
  const owner = survivor?.alive() ? world.ownerOf(survivor) : undefined;
  if (!survivor || !owner || world.standing(owner.entity.name, owner.row) !== 'eligible') return;
  const { field } = line;
  const after = owner.entity.lines.find((one) => one.field === field);
  if (!after || ofMarketo(after, survivor.value(field)) !== EMPTY) return;
  if (
    world.exceptions.row(owner.entity.name, owner.row.id) ??
    world.exceptions.field(owner.entity.name, owner.row.id, after)
  )
    return;
  const closed = loser.moments('statecode').at(-1)?.seq ?? 0;
  const out = toldByDynamics(world, entity, loser, line).findLast(({ seq }) => seq <= closed);
  if (out === undefined || out.value === EMPTY) return;
  const told = [
    toldByMarketo(person, line).filter(({ seq }) => seq < gone.seq),
    toldByMarketo(survivor, after),
    toldByDynamics(world, owner.entity, owner.row, after),
  ];
  if (told.some((of) => hasOptedIn(of, out.seq))) return;
  // An edit of the closed row counts where its person had been told of it.
  const wasTold = told[0]?.at(-1)?.value === EMPTY;
  if (wasTold && hasOptedIn(toldByDynamics(world, entity, loser, line), out.seq)) return;
  yield breach('lost', owner.entity.name, owner.row.id, 'an opt-out of a row that was merged into this one was lost', {
    field,
    seq: gone.seq,
  });
}

/** Somebody took an opt-out back: to be made without one, or to be given the same once more, is none. */
const hasOptedIn = (told: readonly Told[], since: number): boolean =>
  told.some(
    ({ ours, seq, value }, at) => !ours && seq > since && value === EMPTY && (told[at - 1]?.value ?? EMPTY) !== EMPTY,
  );
