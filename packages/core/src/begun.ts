/** Work that goes on while something else is waited for. Closing it stops it, and resolves when it has. */
export interface Begun<Result> extends AsyncDisposable {
  /** Rejects as the work does; nobody need take it. */
  readonly result: Promise<Result>;
}

/** Begins work that is stopped by `signal`, or when it is closed. */
export function begun<Result>(work: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Begun<Result> {
  const left = new AbortController();
  const result = work(AbortSignal.any([signal, left.signal]));
  const settled = result.then(() => {}, () => {});
  return {
    result,
    async [Symbol.asyncDispose]() {
      left.abort();
      await settled;
    },
  };
}
