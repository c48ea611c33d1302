import type { Deps } from '../../../activities/deps';
import { readOrGiveUp } from '../../../activities/failing-pages';
import type { BoundEntity } from '../../../activities/schema';
import { Health } from '../../../clients/health';
import { fakeDynamics, thrown } from '../clients/dynamics-systems';
import { json } from '../clients/local-server';

const MINUTE_MS = 60_000;

/** The client itself lets one call a minute through to what it takes to be down: what asks whether the table can be read must not wait for that. */
test('a page that Dynamics fails at, while it answers for others of the table, is given up after ten minutes', async () => {
  const health = new Health();
  const fake = await fakeDynamics(
    (request, response) => {
      const isWide = decodeURIComponent(request.url).includes('jobtitle');
      json(
        response,
        isWide ? { error: { code: '0x80040216', message: 'unexpected' } } : { value: [] },
        isWide ? 500 : 200,
      );
    },
    undefined,
    { health },
  );
  const deps = { dynamics: fake.client, health } as unknown as Deps;
  const bound = { set: 'contacts', primaryId: 'contactid' } as BoundEntity;
  const read = () => fake.client.readPage({ set: 'contacts', select: ['contactid', 'jobtitle'], pageSize: 4_800 });
  const begun = Date.now();
  const clock = jest.spyOn(Date, 'now');
  try {
    const codes: (string | number | undefined)[] = [];
    for (let minute = 0; minute <= 12; minute += 1) {
      // As an activity is tried again.
      for (const after of [0, 1_000, 3_000]) {
        clock.mockReturnValue(begun + minute * (MINUTE_MS + 4_000) + after);
        const { code, status } = await thrown(readOrGiveUp(deps, bound, 'import/contact', '0', read));
        if (after === 0) codes.push(code ?? status);
      }
    }
    expect(codes.indexOf('KEEPS_FAILING')).toBe(10);
  } finally {
    clock.mockRestore();
    await fake.close();
  }
});
