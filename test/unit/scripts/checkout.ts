import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../imports';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const SAY = `import { word } from '../model/word';
declare const console: { log(...words: string[]): void };
declare const process: { argv: string[]; exitCode: number };
console.log(word, ...process.argv.slice(2));
process.exitCode = 3;
`;

/** Stands for the bundling, which every build ends with. */
const BUNDLE = `declare function require(name: string): { appendFileSync(path: string, text: string): void };
require('node:fs').appendFileSync('builds.log', 'built\\n');
`;

/** A checkout of a small program, with the real scripts and the real compiler, which counts its builds. */
export class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), 'from-dist-'));

  constructor() {
    cpSync(join(ROOT, 'scripts'), join(this.root, 'scripts'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
    this.write('package.json', '{}');
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, rootDir: '.', types: [] };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions }));
    const build = { extends: './tsconfig.json', include: ['cli', 'model'], compilerOptions: { outDir: 'dist' } };
    this.write('tsconfig.build.json', JSON.stringify(build));
    this.write('model/word.ts', "export const word: string = 'one';\n");
    this.write('cli/say.ts', SAY);
    this.write('cli/bundle-workflows.ts', BUNDLE);
  }

  write(name: string, text: string): void {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  read = (name: string): string => readFileSync(join(this.root, name), 'utf8');
  has = (name: string): boolean => existsSync(join(this.root, name));
  stat = (name: string): Stats => statSync(join(this.root, name));
  remove = (name: string): void => rmSync(join(this.root, name), { recursive: true });

  /** How often it was built. */
  get builds(): number {
    return this.has('builds.log') ? this.read('builds.log').trim().split('\n').length : 0;
  }

  /** `node scripts/<script> …` */
  node(script: string, ...args: string[]): Promise<Ended> {
    const child = spawn(process.execPath, [join(this.root, 'scripts', script), ...args], { cwd: this.root });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      ended.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      ended.stderr += chunk;
    });
    return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })));
  }

  say = (...args: string[]): Promise<Ended> => this.node('run.js', 'cli/say.js', ...args);
}
