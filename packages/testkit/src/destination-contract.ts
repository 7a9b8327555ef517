import {describe} from 'vitest';
import type {WriteMode} from '@sluice/core';
import {Bench} from './bench.ts';
import type {DestinationHarness} from './destination-harness.ts';
import {crashLaws} from './destination-laws/crash.ts';
import {endingLaws} from './destination-laws/ending.ts';
import {concurrentLaws} from './destination-laws/concurrent.ts';
import {leftoverLaws} from './destination-laws/leftovers.ts';
import {lossLaws} from './destination-laws/losses.ts';
import {mergeLaws} from './destination-laws/merge.ts';
import {modeLaws} from './destination-laws/modes.ts';
import {positionLaws} from './destination-laws/positions.ts';
import {readBackLaws} from './destination-laws/read-back.ts';
import {refusalLaws} from './destination-laws/refusal.ts';
import {schemaLaws} from './destination-laws/schema.ts';
import {valueLaws} from './destination-laws/values.ts';
import {visibilityLaws} from './destination-laws/visibility.ts';
import {writingLaws} from './destination-laws/writing.ts';
import {Laws} from './laws.ts';

/** What a group of destination laws works with. */
export interface DestinationSuite {
  readonly harness: DestinationHarness;
  readonly laws: Laws;
  /** Declares a law; `run` gets an empty target and a destination connected to it. */
  law(name: string, run: (bench: Bench) => Promise<void>, unless?: string | false | undefined, timeoutMs?: number): void;
  /** Why laws of this mode are skipped; false when they are not. */
  without(...modes: readonly WriteMode[]): string | false;
}

/** Declares every law of a destination as a test. */
export function describeDestination(name: string, harness: DestinationHarness): void {
  describe(`destination contract: ${name}`, () => {
    const laws = new Laws(harness.skip);
    const {modes = ['replace', 'append', 'upsert', 'mirror']} = harness;
    const suite: DestinationSuite = {
      harness,
      laws,
      law(title, run, unless, timeoutMs) {
        laws.law(title, async () => {
          await harness.reset();
          await using bench = new Bench(harness);
          await bench.connect();
          await run(bench);
        }, unless, timeoutMs);
      },
      without(...wanted) {
        const missing = wanted.filter(mode => !modes.includes(mode));
        return missing.length > 0 && `the destination has no ${missing.join(', no ')}`;
      },
    };
    writingLaws(suite);
    mergeLaws(suite);
    valueLaws(suite);
    readBackLaws(suite);
    concurrentLaws(suite);
    visibilityLaws(suite);
    modeLaws(suite);
    schemaLaws(suite);
    positionLaws(suite);
    crashLaws(suite);
    leftoverLaws(suite);
    refusalLaws(suite);
    lossLaws(suite);
    endingLaws(suite);
    laws.finish();
  });
}
