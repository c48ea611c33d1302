import type { Answer, Item, TestInstance } from './marketo-client';

/** Posts a file as an import; the answer as it came. */
export function post(marketo: TestInstance, path: string, file: string, query: Record<string, string> = {}) {
  const body = new FormData();
  body.append('file', new Blob([file], { type: 'text/csv' }), 'people.csv');
  return marketo.fetch(`${path}?${new URLSearchParams({ format: 'csv', ...query })}`, { method: 'POST', body });
}

/** Posts a file and gives the envelope. */
export async function importFile(
  marketo: TestInstance,
  path: string,
  file: string,
  query: Record<string, string> = {},
): Promise<Answer> {
  return (await (await post(marketo, path, file, query)).json()) as Answer;
}

/** Imports leads to the end; gives the last status. */
export async function importLeads(
  marketo: TestInstance,
  file: string,
  query: Record<string, string> = {},
): Promise<Item> {
  const answer = await importFile(marketo, '/bulk/v1/leads.json', file, query);
  const batch = answer.result?.[0]?.batchId;
  if (batch === undefined) throw new Error(`refused: ${JSON.stringify(answer.errors)}`);
  return settled(marketo, `/bulk/v1/leads/batch/${batch}.json`, ['Complete', 'Failed']);
}

/** Asks for a status until it is one of these. */
export async function settled(marketo: TestInstance, path: string, ends: string[]): Promise<Item> {
  for (let look = 0; look < 200; look += 1) {
    const [status] = (await marketo.get(path)).result ?? [];
    if (status && ends.includes(String(status.status))) return status;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no end of ${path}`);
}

/** Creates, queues and awaits an extract; gives its last status. */
export async function extract(marketo: TestInstance, object: string, request: object): Promise<Item> {
  const id = await created(marketo, object, request);
  await marketo.post(`/bulk/v1/${object}/export/${id}/enqueue.json`);
  return settled(marketo, `/bulk/v1/${object}/export/${id}/status.json`, ['Completed', 'Failed']);
}

/** Creates an extract; gives its id. */
export async function created(marketo: TestInstance, object: string, request: object): Promise<string> {
  const answer = await marketo.post(`/bulk/v1/${object}/export/create.json`, request);
  if (!answer.result?.[0]) throw new Error(`refused: ${JSON.stringify(answer.errors)}`);
  return String(answer.result[0].exportId);
}

/** Lines of an extract's file. */
export async function linesOf(marketo: TestInstance, object: string, status: Item): Promise<string[]> {
  const answer = await marketo.fetch(`/bulk/v1/${object}/export/${status.exportId}/file.json`);
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
  return (await answer.text()).trimEnd().split('\n');
}
