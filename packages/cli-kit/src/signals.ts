/** What the first signal sets off, and what the second does. */
export interface SignalActions {
  readonly onFirst: (signal: NodeJS.Signals) => void;
  /** Must end the process. */
  readonly onSecond: () => void;
}

// npm and npx pass Ctrl-C on to a child that has had it from the terminal already: both come within
// a few milliseconds, and mean one. Nobody presses twice that fast.
const ECHO_MS = 200;

/**
 * Listens for SIGINT, SIGTERM and SIGHUP until it is disposed. The first one aborts the signal, the
 * second one means it. While native code runs (a long SQL statement in an embedded database)
 * JavaScript hears nothing: both wait until it returns.
 */
export function listenForSignals({onFirst, onSecond}: SignalActions): Disposable & {readonly signal: AbortSignal} {
  const controller = new AbortController();
  let first = 0;
  const listen = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) {
      first = performance.now();
      onFirst(signal);
      controller.abort();
    } else if (performance.now() - first > ECHO_MS) onSecond();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, listen);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, listen);
    },
  };
}
