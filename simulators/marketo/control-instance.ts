import type { FastifyInstance } from 'fastify';
import { ControlError, refuseFields } from './control-error';
import type { Instance } from './instance';

/**
 * `GET` and `POST /_sim/marketo/instance`: `{"do":"replace","munchkinId":"789-NEW-012"}` puts another, empty instance
 * behind the same address, as a sandbox copy does: ids start anew, tokens are unknown, the ledger begins again. Settings
 * and faults stay. `POST /_sim/marketo/activities`: `{"do":"hold"}` delays all activities until `{"do":"release"}`.
 */
export function instanceControl(
  app: FastifyInstance,
  current: () => Instance,
  replace: (munchkinId: string) => void,
): void {
  const shown = () => ({ munchkinId: current().munchkinId, leads: current().leads.size });
  app.get('/_sim/marketo/instance', async () => shown());
  app.post('/_sim/marketo/instance', async (request) => {
    const body = (request.body ?? {}) as { do?: unknown; munchkinId?: unknown };
    refuseFields(body, ['do', 'munchkinId']);
    if (body.do !== 'replace') throw new ControlError('do is unknown; use replace');
    const { munchkinId } = body;
    if (typeof munchkinId !== 'string' || !/^\d{3}-[A-Z]{3}-\d{3}$/.test(munchkinId)) {
      throw new ControlError('munchkinId must look like 123-ABC-456');
    }
    replace(munchkinId);
    return shown();
  });
  app.post('/_sim/marketo/activities', async (request) => {
    const body = (request.body ?? {}) as { do?: unknown };
    refuseFields(body, ['do']);
    if (body.do === 'hold') current().log.hold();
    else if (body.do === 'release') current().log.release();
    else throw new ControlError('do is unknown; use hold or release');
    return { visible: current().log.end(), kept: current().log.size() };
  });
}
