import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What to bundle for the workers: the workflows, the converter of their payloads, and what looks at messages before they do.
 *
 * @param root of the sources, or of what was compiled from them
 */
export function workflowCode(root: string): {
  workflowsPath: string;
  payloadConverterPath: string;
  workflowInterceptorModules: string[];
} {
  const file = (name: string) => {
    const compiled = join(root, 'workflows', `${name}.js`);
    return existsSync(compiled) ? compiled : join(root, 'workflows', `${name}.ts`);
  };
  return {
    workflowsPath: file('index'),
    payloadConverterPath: file('payload-converter'),
    workflowInterceptorModules: [file('rubbish')],
  };
}
