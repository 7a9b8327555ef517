/**
 * Pulls one item ahead, so that reading batch n+1 overlaps writing batch n. Memory stays bounded at
 * two items; leaving the loop closes the inner iterator.
 */
export async function* prefetch<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let ahead: Promise<IteratorResult<T>> | undefined = iterator.next();
  // A rejection is seen at the next turn of the loop, or dropped in `finally` after another error.
  const observe = (promise: Promise<unknown>) => void promise.catch(() => {});
  observe(ahead);
  try {
    while (ahead) {
      const result: IteratorResult<T> = await ahead;
      ahead = undefined;
      if (result.done) return;
      ahead = iterator.next();
      observe(ahead);
      yield result.value;
    }
  } finally {
    if (ahead) await ahead.then(() => {}, () => {});
    await iterator.return?.();
  }
}
