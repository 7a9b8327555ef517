import {describe} from 'vitest';
import {crashLaws} from './group-laws/crash.ts';
import {keyLaws} from './group-laws/keys.ts';
import {lockLaws} from './group-laws/locks.ts';
import {refusalLaws} from './group-laws/refusal.ts';
import {replaceLaws} from './group-laws/replace.ts';
import {tableLaws} from './group-laws/tables.ts';
import {GroupsBench} from './groups-bench.ts';
import type {GroupsHarness} from './groups-harness.ts';
import {Laws} from './laws.ts';

/** What a set of laws about groups works with. */
export interface GroupsSuite {
  readonly harness: GroupsHarness;
  /** Declares a law; `run` gets an empty target and a destination connected to it. */
  law(name: string, run: (bench: GroupsBench) => Promise<void>, unless?: string | false | undefined, timeoutMs?: number): void;
}

/** Declares every law of `Destination.openGroups` as a test. */
export function describeGroups(name: string, harness: GroupsHarness): void {
  describe(`groups contract: ${name}`, () => {
    const laws = new Laws(harness.skip);
    const suite: GroupsSuite = {
      harness,
      law(title, run, unless, timeoutMs) {
        laws.law(title, async () => {
          await harness.reset();
          await using bench = new GroupsBench(harness);
          await bench.connect();
          await run(bench);
        }, unless, timeoutMs);
      },
    };
    replaceLaws(suite);
    keyLaws(suite);
    tableLaws(suite);
    refusalLaws(suite);
    lockLaws(suite);
    crashLaws(suite);
    laws.finish();
  });
}
