import type {CursorBound, Source} from '@sluice/core';

/** A source of which everything up to a bound is at the destination already: nothing is read, and the next run by a cursor goes on behind it. It is closed by who opened it. */
export function settledSource(source: Source, bounds: readonly CursorBound[]): Source {
  return {
    kind: source.kind, label: source.label, warnings: [], snapshot: source.snapshot ?? null,
    check: signal => source.check(signal),
    discover: (signal, request) => source.discover(signal, request),
    // A batch without rows: the bound is kept with the last batch, and with none it would not be.
    async *read() { yield {rows: [], position: null}; },
    checkFilter: async () => null,
    settleCursors: async () => bounds,
    ...(source.identity && {identity: source.identity.bind(source)}),
    [Symbol.asyncDispose]: async () => {},
  };
}
