import type {BaseStore, ProgressLog, StoredBase} from '../src/index.ts';

/** What runs leave for each other. */
export interface Memory {
  readonly store: BaseStore;
  readonly progressLog: ProgressLog;
}

/** The contract in its smallest form; texts pass through JSON, as they do in a file. */
export function memory(known: Pick<Held, 'base' | 'pending' | 'entries'> = {base: null, pending: null, entries: []}): Held {
  const it: Held = {
    base: known.base,
    pending: known.pending,
    entries: [...known.entries],
    store: {
      load: async () => it.base,
      pending: async () => it.pending?.head ?? null,
      async savePending(next) {
        it.pending = {...next, removed: next.removed === 'others' ? 'others' : [...next.removed]};
      },
      async adopt() {
        if (it.pending === null) return;
        const {head, tables, removed} = it.pending;
        const kept = removed === 'others' ? [] : [...it.base?.tables ?? []].filter(([name]) => !removed.includes(name));
        it.base = {head, tables: new Map([...kept, ...tables])};
        it.pending = null;
      },
      async dropPending() {
        it.pending = null;
      },
    },
    progressLog: {
      entries: async () => it.entries.map(text => JSON.parse(text) as unknown),
      async append(entry) {
        it.entries.push(JSON.stringify(entry));
      },
      async remove() {
        it.entries = [];
      },
    },
  };
  return it;
}

export interface Held extends Memory {
  base: StoredBase | null;
  pending: PendingBase | null;
  entries: string[];
}

interface PendingBase extends StoredBase {
  readonly removed: readonly string[] | 'others';
}
