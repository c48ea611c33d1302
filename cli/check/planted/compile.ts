/**
 * One TypeScript source as CommonJS that the files of dist/ can require. Types are not looked at.
 *
 * @throws Error where the source cannot be read
 */
export async function compile(file: string, source: string): Promise<string> {
  // Only when it is needed: it is large.
  const { transform } = await import('@swc/core');
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
