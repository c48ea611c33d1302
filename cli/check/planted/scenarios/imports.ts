import { contact, id, lead, people } from '../../stage/organisation';
import type { Scenario, Scene } from '../scenario';

const rows = () =>
  people(
    Array.from({ length: 6 }, (_, index) => lead(index + 1)),
    [contact(1)],
  );

/** Something happens in Dynamics after the first of three pages of leads was read and written. */
const meanwhile =
  (happens: (scene: Scene) => Promise<unknown>) =>
  async (scene: Scene): Promise<void> => {
    const { control, service } = scene;
    await control.settings('dynamics', { deltaTokenFrom: 'last' });
    service.between = async (entity, unit) => {
      if (entity === 'lead' && unit === 1) await happens(scene);
    };
    await service.cycle();
    service.between = undefined;
  };

/** Rows and persons that change while they are copied. */
export const IMPORTS = {
  'the worker dies before a page is written': {
    rows,
    async play({ service }) {
      service.mortal.dieAt({ method: 'journal.open', count: 1 });
      await service.cycle();
    },
  },
  'a row changes while its table is read': {
    rows,
    pageRows: 2,
    play: meanwhile(({ edit }) => edit('lead', id('1e', 1), { jobtitle: 'Changed meanwhile' })),
  },
  'a row is deleted while its table is read': {
    rows,
    pageRows: 2,
    play: meanwhile(({ control }) => control.editDynamics({ op: 'delete', table: 'lead', id: id('1e', 1) })),
  },
  'a marketer edits a person while the rest is imported': {
    rows,
    async play({ service, pass, market }) {
      service.between = async (entity) => {
        // Leads are written by then.
        if (entity !== 'contact') return;
        await pass(60_000);
        await market(id('1e', 1), { lastName: 'Edited' });
        await pass(60_000);
      };
      await service.cycle();
      service.between = undefined;
    },
  },
} satisfies Record<string, Scenario>;
