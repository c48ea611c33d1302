import type { Call } from './call';
import { MARKETO_CREDENTIALS } from './credentials';
import type { Routes } from './router';

/** Usage and error counts, today and of seven days (marketo-api §3); days end at midnight US Central. */
export function statsRoutes(routes: Routes): void {
  routes.get('/rest/v1/stats/usage.json', null, (call) => ({ result: usage(call, 1) }));
  routes.get('/rest/v1/stats/usage/last7days.json', null, (call) => ({ result: usage(call, 7) }));
  routes.get('/rest/v1/stats/errors.json', null, (call) => ({ result: errors(call, 1) }));
  routes.get('/rest/v1/stats/errors/last7days.json', null, (call) => ({ result: errors(call, 7) }));
}

function usage({ instance }: Call, days: number) {
  return instance.limits
    .statistics(days)
    .map(({ date, total }) => ({ date, total, users: [{ userId: MARKETO_CREDENTIALS.apiUser, count: total }] }));
}

function errors({ instance }: Call, days: number) {
  return instance.limits.statistics(days).map(({ date, errors: byCode }) => ({
    date,
    total: [...byCode.values()].reduce((sum, count) => sum + count, 0),
    errors: [...byCode].map(([errorCode, count]) => ({ errorCode, count })),
  }));
}
