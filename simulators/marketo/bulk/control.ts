import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error';
import type { Instance } from '../instance';

/** `/_sim/marketo/jobs`: the bulk jobs, and moving one of them, or each, by one stage (`jobs/step {"id"?}`). */
export function bulkControl(app: FastifyInstance, current: () => Instance): void {
  app.get('/_sim/marketo/jobs', async () => viewAll(current()));
  app.post('/_sim/marketo/jobs/step', async (request) => {
    const { id, ...unknown } = (request.body ?? {}) as { id?: string | number };
    if (Object.keys(unknown).length > 0) throw new ControlError('a step takes only id');
    step(current(), id === undefined ? undefined : String(id));
    return viewAll(current());
  });
}

function step({ bulk }: Instance, id: string | undefined): void {
  const imports = bulk.imports.all().filter((job) => id === undefined || job.id === id);
  const exports = bulk.exports.all().filter((job) => id === undefined || job.id === id);
  if (id !== undefined && imports.length + exports.length === 0) throw new ControlError(`there is no job ${id}`);
  for (const job of imports) bulk.imports.step(job);
  for (const job of exports) bulk.exports.step(job);
}

function viewAll({ bulk }: Instance) {
  const imports = bulk.imports.all().map(({ id, object, stage }) => ({ kind: 'import', id, object, stage }));
  const exports = bulk.exports.all().map(({ id, object, stage }) => ({ kind: 'export', id, object, stage }));
  return [...imports, ...exports];
}
