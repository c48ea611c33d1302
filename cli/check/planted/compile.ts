/**
 * One TypeScript source as CommonJS that the files of dist/ can require. Types are not looked at.
 *
 * @throws Error where the source cannot be read, or the compiler is not there: it is a development dependency
 */
export async function compile(file: string, source: string): Promise<string> {
  // Only when it is needed: an image has no development dependencies.
  const { transform } = await import('@swc/core').catch((cause: unknown) => {
    throw new Error('planted faults are compiled with @swc/core: run them in a checkout, after `npm ci`', { cause });
  });
  const { code } = await transform(source, {
    filename: file,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  }).catch((cause: Error) => {
    throw new Error(`${file} cannot be compiled: ${cause.message}`, { cause });
  });
  return code;
}
