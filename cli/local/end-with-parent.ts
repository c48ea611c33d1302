/** `npm` and the shell between us and the terminal don't pass every signal on: when they are gone, we go as if by Ctrl-C. */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}
