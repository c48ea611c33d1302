import type { Facts } from './answer';

/** Writes what each story came to, by its name; of one that failed its error. All of them, or those whose names begin so. */
export async function tell(stories: Record<string, () => Promise<Facts>>, story?: string): Promise<void> {
  const told: Record<string, Facts> = {};
  for (const [name, play] of Object.entries(stories)) {
    if (story === undefined || name.startsWith(story))
      told[name] = await play().catch((error: Error) => ({ failed: error.stack }));
  }
  process.stdout.write(JSON.stringify(told));
}
