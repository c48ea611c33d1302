import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { type SimulatorOptions, startSimulators } from './start';

const USAGE = 'usage: node dist/simulators/main.js [--data DIR] [--port-base N]';

function readArguments(): SimulatorOptions {
  const { values } = parseArgs({ options: { data: { type: 'string' }, 'port-base': { type: 'string' } } });
  const options: SimulatorOptions = {};
  if (values.data !== undefined) options.data = values.data;
  if (values['port-base'] !== undefined) {
    const port = Number(values['port-base']);
    if (!Number.isInteger(port) || port < 0 || port > 65_532)
      throw new Error('--port-base must be a port from 0 to 65532');
    options.portBase = port;
  }
  return options;
}

/** Pages and uploads are megabytes of garbage each; by itself the engine lets the heap double before it looks for them. */
const HEAP_MAY_GROW_PERCENT = 40;

async function main(): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_MAY_GROW_PERCENT}`);
  const simulators = await startSimulators(readArguments());
  const { close, ...addresses } = simulators;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  process.stdout.write(`${JSON.stringify(addresses)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(2);
});
