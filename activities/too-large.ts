import type { Link } from '../clients/mongo/links';
import type { Deps } from './deps';
import { park } from './park';
import { isOutOfSync } from './rows';
import type { Writer } from './writer';

/**
 * Rows of which one side alone is over the bound of an answer (clients/bounds.ts), so that nothing can be said of them: kept back as a
 * whole, and merged again when they change or are resynced. What their links know stays; a row that cannot be read is not gone.
 */
export async function parkTooLarge(deps: Deps, writer: Writer, links: readonly Link[]): Promise<void> {
  await park(
    deps,
    writer,
    links.map(({ id, marketoId }) => ({
      id,
      was: [],
      now: [{ reason: 'too-large' as const }],
      ...(marketoId === undefined && { operation: 'create' as const }),
    })),
  );
  await deps.store.links.put(
    links.map((link) => ({
      ...link,
      state: link.state === 'linked' && link.marketoId === undefined ? 'refused' : link.state,
      parked: [...new Set([...link.parked, ''])],
      ...(!isOutOfSync(link) && { dirty: true }),
    })),
    writer.epoch,
  );
}
