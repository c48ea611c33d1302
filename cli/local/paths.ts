import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory of our package.json, both from the sources (jest) and from dist/. */
export function packageRoot(from: string = __dirname): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json')) && existsSync(join(directory, 'node_modules'))) return directory;
    if (dirname(directory) === directory) throw new Error(`no package.json above ${from}: is this a whole checkout?`);
  }
}

/** A built file, such as `workers/main.js`. Child processes always run from dist/: node can't run our sources. */
export function builtFile(name: string): string {
  const path = join(packageRoot(), 'dist', name);
  if (!existsSync(path)) throw new Error(`dist/${name} is missing: run \`npm run build\` first`);
  return path;
}
