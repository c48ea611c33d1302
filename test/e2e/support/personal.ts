import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';

/** Columns whose values are a person's; the organisation's last names and addresses are like no other word. */
const COLUMNS = ['lastname', 'emailaddress1', 'internalemailaddress', 'telephone1', 'mobilephone', 'address1_line1'];

/** Every personal value of the organisation in `directory`. */
export function personalValues(directory: string): string[] {
  const values = new Set<string>();
  for (const file of ['contacts', 'leads', 'systemusers']) {
    for (const line of readFileSync(join(directory, `${file}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean)) {
      const row = JSON.parse(line) as Record<string, unknown>;
      for (const column of COLUMNS) if (typeof row[column] === 'string') values.add(row[column] as string);
    }
  }
  return [...values];
}

/** A history as text, its payloads readable, and the size of the largest payload. */
export interface Told {
  workflowId: string;
  text: string;
  events: number;
  largest: number;
}

/** The histories of every run of every workflow in the client's namespace. */
export async function histories(client: Client): Promise<Told[]> {
  const told: Told[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    let largest = 0;
    const text = JSON.stringify(events ?? [], (_key, value: unknown) => {
      const bytes = bytesOf(value);
      if (!bytes) return typeof value === 'bigint' ? String(value) : value;
      largest = Math.max(largest, bytes.length);
      return bytes.toString('utf8');
    });
    told.push({ workflowId, text: text.replaceAll('\\', ''), events: events?.length ?? 0, largest });
  }
  return told;
}

/** A payload's `data`; a Buffer turns itself into an object before a replacer sees it. */
function bytesOf(value: unknown): Buffer | undefined {
  if (value instanceof Uint8Array) return Buffer.from(value);
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : undefined;
}

/** Those of the values that the text holds, however they are written. */
export const found = (values: readonly string[], text: string): string[] => {
  const lower = text.toLowerCase();
  return values.filter((value) => lower.includes(value.toLowerCase()));
};
