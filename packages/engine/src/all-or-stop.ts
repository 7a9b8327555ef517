import {setMaxListeners} from 'node:events';

/** One signal of several, that many may listen to: of more than ten listeners Node warns as of a leak. */
export function signalForMany(...signals: AbortSignal[]): AbortSignal {
  const one = AbortSignal.any(signals);
  setMaxListeners(0, one);
  return one;
}

/** Runs tasks side by side. The first that fails stops the others through their signal; its error is thrown once all have ended. */
export async function allOrStop(tasks: readonly ((signal: AbortSignal) => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const [only, ...more] = tasks;
  if (!only || more.length === 0) return await only?.(signal);
  const stop = new AbortController();
  const either = signalForMany(signal, stop.signal);
  const failures: unknown[] = [];
  await Promise.all(tasks.map(async task => {
    try {
      await task(either);
    } catch (error) {
      failures.push(error);
      stop.abort(error);
    }
  }));
  if (failures.length > 0) throw failures[0];
}

/** Takes items one after the other, as many at a time as there are workers. Fails as `allOrStop`. */
export async function workThrough<Item, Worker>(items: readonly Item[], workers: readonly Worker[], work: (item: Item, worker: Worker, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  const waiting = items.values();
  await allOrStop(workers.slice(0, Math.max(1, items.length)).map(worker => async stop => {
    for (const item of waiting) await work(item, worker, stop);
  }), signal);
}
