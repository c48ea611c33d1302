// jest's copy of `process` builds this anew at every access, and axios looks at it at every request: a twentieth of what the suites cost.
const { allowedNodeEnvironmentFlags: value } = process;
Object.defineProperty(process, 'allowedNodeEnvironmentFlags', { value });
