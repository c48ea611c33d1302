interface Due {
  due: number;
}

/** Adds to a binary heap whose first entry is the earliest due. */
export function push<T extends Due>(heap: T[], entry: T): void {
  let child = heap.push(entry) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if ((heap[parent] as T).due <= entry.due) break;
    heap[child] = heap[parent] as T;
    child = parent;
  }
  heap[child] = entry;
}

/** Takes the entry that is due first. */
export function pop<T extends Due>(heap: T[]): T | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as T).due < (heap[child] as T).due) child += 1;
    if ((heap[child] as T).due >= last.due) break;
    heap[hole] = heap[child] as T;
    hole = child;
  }
  heap[hole] = last;
  return top;
}
