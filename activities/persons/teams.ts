import type { ObjectPath } from '../../clients/marketo/types';
import type { MarketoBinding } from '../../clients/mongo/bindings';
import { type Link, linkId } from '../../clients/mongo/links';
import { PERSON_TEAM } from '../../model/entities';
import type { Deps } from '../deps';
import type { Targets } from '../references';
import type { Candidate } from '../rows';
import type { Writer } from '../writer';

/**
 * Marketo's owner is a person's sales person; a team can't be one. A bridge record leads from the person to its owning
 * team instead, so that smart lists can use it (DESIGN §5, Teams).
 */
export async function bridgeTeams(
  deps: Deps,
  writer: Writer,
  persons: readonly { candidate: Candidate; link: Link }[],
  targets: Targets,
): Promise<void> {
  const { store, marketo } = deps;
  const changed = persons.filter(({ candidate, link }) => teamOf(candidate, targets) !== link.team);
  if (changed.length === 0) return;
  const binding = await store.bindings.get<MarketoBinding>('marketo');
  const name = binding?.customObjects[`customobjects/${PERSON_TEAM}`];
  if (!name) return;
  const path: ObjectPath = `customobjects/${name}`;
  const links = await store.links.get(changed.map(({ candidate }) => candidate.linkId));
  const now = changed.flatMap(({ candidate }) => {
    const link = links.get(candidate.linkId);
    return typeof link?.marketoId === 'number' ? [{ link, candidate, team: teamOf(candidate, targets) }] : [];
  });
  const owned = now.filter(({ team }) => team !== undefined);
  const left = now.filter(({ team }) => team === undefined);
  if (owned.length > 0) {
    const input = owned.map(({ candidate, link, team }) => ({
      microsoftId: candidate.id,
      leadId: link.marketoId,
      teamId: team,
    }));
    await marketo.syncObjects(path, 'createOrUpdate', input);
  }
  if (left.length > 0)
    await marketo.deleteObjects(
      path,
      left.map(({ candidate }) => ({ microsoftId: candidate.id })),
    );
  await store.links.put(
    now.map(({ link, team }) => {
      const { team: _before, ...rest } = link;
      return team === undefined ? rest : { ...rest, team };
    }),
    writer.epoch,
  );
}

function teamOf({ row }: Candidate, targets: Targets): string | undefined {
  if (row._ownerid_type !== 'team' || !row._ownerid_value) return undefined;
  const id = String(row._ownerid_value).toLowerCase();
  return targets.get(linkId('team', id))?.marketoId === undefined ? undefined : id;
}
