import {Faults, type FaultOptions} from './faults.ts';

export interface CrashLaw {
  /** Begins anew: the destination and the state as before the first run. */
  reset(): Promise<void>;
  /**
   * One run from start to end, its source and destination passed through `faults.source` and
   * `faults.destination`. It may reject, retry or report as it likes.
   */
  run(faults: Faults): Promise<unknown>;
  /** Rejects unless the destination holds what an undisturbed run leaves. */
  equal(): Promise<void>;
  /** Looks at the destination after the failure, before the second run: it may reject. */
  afterFailure?(call: string): Promise<void>;
  /** What to try; all four kinds of failure when absent. */
  readonly kinds?: readonly Required<Pick<FaultOptions, 'how' | 'when'>>[];
}

export interface CrashLawResult {
  /** How many failures were injected: calls times kinds. */
  readonly failures: number;
  /** The calls of an undisturbed run, in their order. */
  readonly calls: readonly string[];
}

const KINDS = (['error', 'crash'] as const).flatMap(how => (['before', 'after'] as const).map(when => ({how, when})));

/**
 * Fails the n-th call, for every n, before and after it takes effect, as an error and as a crash; runs
 * again without failures; and wants the tables to be equal each time. Rejects with the call that broke it.
 */
export async function crashLaw({reset, run, equal, afterFailure, kinds = KINDS}: CrashLaw): Promise<CrashLawResult> {
  await reset();
  await using undisturbed = new Faults();
  await run(undisturbed);
  await equal();
  if (undisturbed.calls.length === 0) throw new Error('the run makes no calls: is it wired through faults.source and faults.destination?');

  let failures = 0;
  for (const kind of kinds) {
    for (let at = 1; ; at++) {
      await reset();
      await using faults = new Faults({...kind, at});
      await run(faults).catch(() => {});
      const call = faults.failed;
      if (call === null) break;
      failures++;
      try {
        await afterFailure?.(call);
        await using again = new Faults();
        await run(again);
        await equal();
      } catch (cause) {
        throw new Error(`the tables differ, or the second run failed, after ${kind.how} ${kind.when} call ${at} (${call}); the calls were ${faults.calls.join(', ')}`, {cause});
      }
    }
  }
  return {failures, calls: undisturbed.calls};
}
