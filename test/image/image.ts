import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { ROOT } from '../unit/imports';
import { buildContext, expressionOf } from './docker-ignore';
import { copyOf, type Instruction, type Stage, stagesOf } from './dockerfile';
import { linkFile, linkProductionPackages, linkTree } from './packages';
import { run } from './run';

/** Where a stage's files are, and what its instructions have set. */
interface Laid {
  root: string;
  workdir: string;
  env: Record<string, string>;
  command: string[];
  /** Folders that belong to the image's user; all others are root's. */
  writable: string[];
  /** Files of the build's context that it took. */
  copied: Set<string>;
}

/** The last stage, as a container sees it. */
export interface Image extends Laid {
  /** All files of the checkout that .dockerignore lets through, and those that any stage copies. */
  context: { letThrough: string[]; copied: string[] };
  stages: Stage[];
  remove(): void;
}

/**
 * Carries out the Dockerfile in a temporary directory: from the files that it and .dockerignore let through, with the checkout's packages.
 *
 * @throws Error where Docker would fail (a file to copy that is not there, a command that fails), and at what this test can't carry out
 */
export async function layOutImage(): Promise<Image> {
  const stages = stagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const letThrough = buildContext(ROOT, readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  const directory = mkdtempSync(join(tmpdir(), 'dynamics-marketo-sync-image-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    const laid = new Map<string, Laid>();
    for (const [at, { name, instructions }] of stages.entries()) {
      const root = join(directory, String(at));
      const stage: Laid = { root, workdir: root, env: {}, command: [], writable: [], copied: new Set() };
      for (const one of instructions) await carryOut(one, stage, letThrough, laid);
      laid.set(name ?? String(at), stage);
    }
    const all = [...laid.values()];
    const copied = [...new Set(all.flatMap((stage) => [...stage.copied]))].sort();
    return { ...(all.at(-1) as Laid), context: { letThrough, copied }, stages, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function carryOut({ name, text }: Instruction, stage: Laid, letThrough: string[], laid: Map<string, Laid>) {
  if (name === 'WORKDIR') {
    stage.workdir = join(stage.root, text);
    mkdirSync(stage.workdir, { recursive: true });
  } else if (name === 'ENV') {
    const [, variable = '', value = ''] = /^(\w+)=(\S+)$/.exec(text) ?? [];
    stage.env[variable] = value;
  } else if (name === 'CMD') stage.command = JSON.parse(text) as string[];
  else if (name === 'COPY') copy(text, stage, letThrough, laid);
  else if (name === 'RUN') for (const command of text.split('&&')) await execute(command.trim(), stage);
  else if (!['USER', 'EXPOSE'].includes(name)) throw new Error(`${name} ${text}: this test can't carry it out`);
}

function copy(text: string, stage: Laid, letThrough: string[], laid: Map<string, Laid>): void {
  const { from, sources, to } = copyOf(text);
  const target = resolve(stage.workdir, to);
  if (from !== undefined) {
    const source = laid.get(from);
    if (source === undefined) throw new Error(`COPY ${text}: there is no stage ${from}`);
    for (const path of sources) linkTree(join(source.root, path), target);
    return;
  }
  for (const path of sources) {
    const expression = new RegExp(`^${expressionOf(path)}(/.*)?$`);
    const files = letThrough.map((file) => ({ file, below: expression.exec(file)?.[1] }));
    const fitting = files.filter(({ file }) => expression.test(file));
    if (fitting.length === 0)
      throw new Error(`COPY ${text}: ${path} is not let through by .dockerignore, or not there`);
    for (const { file, below } of fitting) {
      linkFile(join(ROOT, file), join(target, below ?? (to.endsWith('/') ? basename(file) : '')));
      stage.copied.add(file);
    }
  }
}

/** A command of RUN. What needs the network, or only Debian, is done in another way or left out. */
async function execute(command: string, stage: Laid): Promise<void> {
  const packages = join(stage.workdir, 'node_modules');
  const [, made = ''] = /^mkdir (\S+)$/.exec(command) ?? [];
  const [, given = ''] = /^chown node (\S+)$/.exec(command) ?? [];
  // Linked file by file: the bundle of the workflows names its modules by their real paths, and counts its bytes.
  if (command === 'npm ci') linkTree(join(ROOT, 'node_modules'), packages);
  else if (command === 'npm prune --omit=dev') {
    rmSync(packages, { recursive: true });
    linkProductionPackages(ROOT, stage.workdir);
  } else if (made !== '') mkdirSync(join(stage.workdir, made));
  else if (given !== '') stage.writable.push(given);
  else if (command.startsWith('npm run ')) {
    const { code, stdout, stderr } = await run(command, stage);
    if (code !== 0) throw new Error(`RUN ${command}: exit code ${code}\n${stdout}${stderr}`);
  } else if (!/^(apt-get|rm -rf \/var\/lib\/apt\/lists\/\*)/.test(command))
    throw new Error(`RUN ${command}: this test can't carry it out`);
}

/** All files of a folder, with their times: who writes where is seen by the difference. */
export function filesWithTimes(folder: string): Map<string, number> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(names.map((name) => [name, statSync(join(folder, name)).mtimeMs]));
}
