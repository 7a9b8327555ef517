import {beforeAll, describe} from 'vitest';
import type {Source} from '@sluice/core';
import {translate, withoutTypes} from './adapt.ts';
import type {Fixture} from './fixtures.ts';
import {Laws} from './laws.ts';
import type {SourceHarness} from './source-harness.ts';
import {discoveryLaws} from './source-laws/discovery.ts';
import {endingLaws} from './source-laws/ending.ts';
import {failureLaws} from './source-laws/failure.ts';
import {filterLaws} from './source-laws/filter.ts';
import {packedLaws} from './source-laws/packed.ts';
import {parallelLaws} from './source-laws/parallel.ts';
import {readingLaws} from './source-laws/reading.ts';
import {valueLaws} from './source-laws/values.ts';

/** What a group of source laws works with. */
export interface SourceSuite {
  readonly harness: SourceHarness;
  readonly laws: Laws;
  /**
   * Declares a law about tables that hold these fixtures. `run` gets a source of its own and the
   * fixtures as that source should give them, in the same order.
   */
  law(
    name: string, fixtures: readonly Fixture[], run: (source: Source, expected: readonly Fixture[]) => Promise<void>,
    unless?: string | false | undefined, timeoutMs?: number,
  ): void;
  /** The fixture as the source should give it. */
  expected(fixture: Fixture): Fixture;
  /** The names of all seeded tables, once the laws are declared. */
  seededTables(): readonly string[];
}

/** Declares every law of a source as a test. */
export function describeSource(name: string, harness: SourceHarness): void {
  describe(`source contract: ${name}`, () => {
    const laws = new Laws(harness.skip);
    const {noTypes = [], reads = () => null} = harness;
    const fixtures = new Map<string, Fixture>();
    const expected = (fixture: Fixture) => translate(withoutTypes(fixture, noTypes), column => reads.call(harness, column));

    const want = (fixture: Fixture) => {
      const {table} = fixture.schema;
      const other = fixtures.get(table);
      if (other && other.rows.length !== fixture.rows.length) throw new Error(`two fixtures are called "${table}"`);
      fixtures.set(table, withoutTypes(fixture, noTypes));
    };

    const suite: SourceSuite = {
      harness,
      laws,
      expected,
      seededTables: () => [...fixtures.keys()],
      law(title, wanted, run, unless, timeoutMs) {
        if (laws.keeps(title) && !unless) for (const fixture of wanted) want(fixture);
        laws.law(title, async () => {
          await using source = await harness.connect();
          await run(source, wanted.map(expected));
        }, unless, timeoutMs);
      },
    };
    discoveryLaws(suite);
    valueLaws(suite);
    readingLaws(suite);
    packedLaws(suite);
    parallelLaws(suite);
    filterLaws(suite);
    endingLaws(suite);
    failureLaws(suite);
    laws.finish();
    beforeAll(() => harness.seed([...fixtures.values()]), 120_000);
  });
}
