import {expect} from 'vitest';
import {holdable} from '../adapt.ts';
import {bigKey, bytesKey, compositeKey, empty, heavy, noKey, sequence, textKey, typesFixture, type Fixture} from '../fixtures.ts';
import {discovered, never, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';
import {HOSTILE_COLUMNS} from '../values.ts';

const MANY = sequence(2500, 'digested');
const HEAVY = heavy(40, 300_000, 'digested_heavy');

/** A table that is digested is the table that is read. */
export function digestLaws({harness: {digestOf, noTypes = []}, laws, law}: SourceSuite): void {
  const hostile = typesFixture('digested_types', holdable(HOSTILE_COLUMNS, noTypes, ({type}, value) => laws.keeps(`carries ${type} without loss: ${value}`)));

  law('says whether it digests tables', [], async source => {
    expect(source.digest !== undefined).toBe(digestOf !== undefined);
  });

  for (const fixture of [hostile, empty, compositeKey, bigKey, textKey, bytesKey, noKey, MANY, HEAVY] satisfies readonly Fixture[]) {
    law(`digests what it reads: ${fixture.schema.table}`, [fixture], async source => {
      const schema = await discovered(source, fixture.schema.table);
      for (const part of [schema, {...schema, columns: schema.columns.slice(0, 1)}]) {
        const digest = await source.digest!(part, never);
        // Which types cannot be digested is for each system to know; numbers and text can.
        if (digest === null) {
          expect([MANY, HEAVY]).not.toContain(fixture);
          continue;
        }
        expect(digest).toEqual(digestOf!(part.columns, await rowsOf(read(source, part))));
      }
    }, !digestOf && 'the source has no way to digest a table but reading it');
  }
}
