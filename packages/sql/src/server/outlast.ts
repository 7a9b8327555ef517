import {setTimeout as sleep} from 'node:timers/promises';

/** How often a server is asked whether transactions have ended. */
const FIRST_MS = 20, SLOWEST_MS = 250;

/**
 * Waits until everything that was open is gone from what is open now. Resolves with false when that took longer
 * than `patienceMs`. Whoever began meanwhile is not waited for.
 */
export async function outlast(before: ReadonlySet<string>, openNow: () => Promise<ReadonlySet<string>>, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  const started = performance.now();
  let waiting = [...before];
  for (let pause = FIRST_MS; waiting.length > 0; pause = Math.min(pause * 2, SLOWEST_MS)) {
    const now = await openNow();
    waiting = waiting.filter(each => now.has(each));
    if (waiting.length === 0) break;
    if (performance.now() - started > patienceMs) return false;
    await sleep(pause, undefined, {signal});
  }
  return true;
}

/**
 * Milliseconds after which a clock has surely gone on to another value of a column with so many fraction digits,
 * and a transaction that has drawn an earlier one is to be seen among those that are open: servers note the time
 * of a statement a moment before they list its transaction.
 */
export function tickMs(fractionDigits: number): number {
  return Math.max(Math.ceil(1000 / 10 ** fractionDigits), LISTED_MS);
}

const LISTED_MS = 100;

/** Waits; rejects when aborted. */
export async function tick(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, {signal});
}
