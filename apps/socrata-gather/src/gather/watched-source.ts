import type {Source} from '@sluice/core';

/** The source, which tells of each batch that was read how many rows it has. */
export function watchedSource(source: Source, onBatch: (rows: number) => void): Source {
  return {
    kind: source.kind, label: source.label,
    get warnings() { return source.warnings; },
    get snapshot() { return source.snapshot ?? null; },
    check: signal => source.check(signal),
    discover: (signal, request) => source.discover(signal, request),
    async *read(request, signal) {
      for await (const batch of source.read(request, signal)) {
        onBatch(batch.rows.length);
        yield batch;
      }
    },
    ...(source.about && {about: source.about.bind(source)}),
    ...(source.checkFilter && {checkFilter: source.checkFilter.bind(source)}),
    ...(source.settleCursors && {settleCursors: source.settleCursors.bind(source)}),
    ...(source.identity && {identity: source.identity.bind(source)}),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
