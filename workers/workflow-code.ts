import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleOptions } from '@temporalio/worker';

/**
 * What to bundle for the workers: the workflows, the converter of their payloads, and what looks at messages before they do.
 *
 * @param root of the sources, or of what was compiled from them
 */
export function workflowCode(root: string): {
  workflowsPath: string;
  payloadConverterPath: string;
  workflowInterceptorModules: string[];
  webpackConfigHook: NonNullable<BundleOptions['webpackConfigHook']>;
} {
  const file = (name: string) => {
    const compiled = join(root, 'workflows', `${name}.js`);
    return existsSync(compiled) ? compiled : join(root, 'workflows', `${name}.ts`);
  };
  return {
    workflowsPath: file('index'),
    payloadConverterPath: file('payload-converter'),
    workflowInterceptorModules: [file('rubbish')],
    // The source map is for lines in stack traces. With the sources it is two thirds of the bundle, and it names a machine's folders otherwise.
    webpackConfigHook: (config) => ({
      ...config,
      devtool: 'inline-nosources-source-map',
      output: { ...config.output, devtoolModuleFilenameTemplate: '[resource-path]' },
    }),
  };
}
