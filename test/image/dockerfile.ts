/** One instruction of a Dockerfile: `COPY`, and what follows it. */
export interface Instruction {
  name: string;
  text: string;
}

export interface Stage {
  /** After `AS`. */
  name: string | undefined;
  base: string;
  instructions: Instruction[];
}

/** The stages of a Dockerfile, in order. Lines that end in a backslash go on; comments are left out. */
export function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  const stages: Stage[] = [];
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const [, name = '', text = ''] = /^\s*(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
    const [, base, as] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(text) ?? [];
    if (name.toUpperCase() === 'FROM') stages.push({ name: as, base: base ?? text, instructions: [] });
    else stages.at(-1)?.instructions.push({ name: name.toUpperCase(), text });
  }
  return stages;
}

/** `--from=build /app/dist dist` */
export function copyOf(text: string): { from: string | undefined; sources: string[]; to: string } {
  const words = text.split(/\s+/);
  const options = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const from = options.map((option) => /^--from=(.*)$/.exec(option)?.[1]);
  if (from.includes(undefined)) throw new Error(`COPY ${text}: of the options only --from is known to this test`);
  return { from: from[0], sources: paths.slice(0, -1), to: paths.at(-1) ?? '' };
}
