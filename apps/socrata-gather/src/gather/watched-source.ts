import type {Batch, Schema, Source} from '@sluice/core';

/** The source, of which each batch is shown before it is handed on; who sees it may alter it. It is closed by who opened it. */
export function watchedSource(source: Source, onBatch: (schema: Schema, batch: Batch) => void): Source {
  return {
    kind: source.kind, label: source.label,
    get warnings() { return source.warnings; },
    get snapshot() { return source.snapshot ?? null; },
    check: signal => source.check(signal),
    discover: (signal, request) => source.discover(signal, request),
    async *read(request, signal) {
      for await (const batch of source.read(request, signal)) {
        onBatch(request.schema, batch);
        yield batch;
      }
    },
    ...(source.about && {about: source.about.bind(source)}),
    ...(source.checkFilter && {checkFilter: source.checkFilter.bind(source)}),
    ...(source.settleCursors && {settleCursors: source.settleCursors.bind(source)}),
    ...(source.identity && {identity: source.identity.bind(source)}),
    [Symbol.asyncDispose]: async () => {},
  };
}
