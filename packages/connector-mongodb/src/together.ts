import type {TableItem} from './table-pass.ts';

/**
 * Gives the batches of one pass to as many readers as it has tables. It goes on when one of them wants what is not there yet, and waits while
 * the batch that comes is of a table whose reader has not taken the last one: at most one is kept for each.
 */
export function together<Item extends object>(count: number, open: () => AsyncGenerator<TableItem<Item>>): readonly AsyncIterable<Item>[] {
  const kept = new Map<number, Item>();
  const left = new Set<number>();
  const taken = new Map<number, () => void>();
  let pass: AsyncGenerator<TableItem<Item>> | null = null;
  let ended = false;
  let failure: {readonly error: unknown} | null = null;
  let step: Promise<void> | null = null;

  const advance = async () => {
    try {
      pass ??= open();
      const {done, value} = await pass.next();
      if (done) {
        ended = true;
        return;
      }
      if (kept.has(value.table) && !left.has(value.table)) await new Promise<void>(resolve => { taken.set(value.table, resolve); });
      if (!left.has(value.table)) kept.set(value.table, value.batch);
    } catch (error) {
      failure = {error};
    }
  };
  const go = (table: number) => {
    taken.get(table)?.();
    taken.delete(table);
  };
  const leave = async (table: number) => {
    if (left.has(table)) return;
    left.add(table);
    kept.delete(table);
    go(table);
    if (left.size < count) return;
    await step;
    await pass?.return(undefined);
  };

  return Array.from({length: count}, (_, table) => ({
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const batch = kept.get(table);
          if (batch) {
            kept.delete(table);
            go(table);
            yield batch;
          } else if (failure) {
            throw failure.error;
          } else if (ended) {
            return;
          } else {
            step ??= advance().finally(() => { step = null; });
            await step;
          }
        }
      } finally {
        await leave(table);
      }
    },
  }));
}
