import {ErrorCode, must, PipelineError, type Row, type Schema} from '@sluice/core';
import {classesOf, histogramOf, sizesOf} from './class-sizes.ts';
import {grown, KeyTable} from './key-table.ts';
import {populationUniqueness, type ClassSizes} from './population.ts';
import type {ColumnRisk, DisclosureRisk, RiskQuestion} from './risk.ts';
import {distanceOf, SensitiveValues} from './sensitive-values.ts';
import {TupleHasher} from './tuple-hashes.ts';

/** Measures while rows go by. */
export interface RiskMeter {
  /** Rows in the columns of the schema; they are not kept. Throws VALUE, with the table, beyond `maxRecords`. */
  add(rows: readonly Row[]): void;
  /** May be asked more than once, and rows may follow. */
  result(): DisclosureRisk;
}

const DEFAULT_MOST = 10_000_000;
const BELOW = [2, 5, 11];

/**
 * Measures how well those whose rows these are hide among each other. Keeps hashes of tuples, no values, but one sort key a distinct
 * value of an ordered sensitive column. Throws a plain Error for a column that the schema does not have.
 */
export function riskMeter(schema: Schema, {quasi, sensitive = [], person, population, c = 3, maxRecords = DEFAULT_MOST}: RiskQuestion): RiskMeter {
  const position = (name: string) => {
    const at = schema.columns.findIndex(column => column.name === name);
    return must(at < 0 ? null : at, `column ${name} of table ${schema.table}`);
  };
  const hasher = new TupleHasher(quasi.map(position));
  const {lanes} = hasher;
  const personPositions = person === undefined || person.length === 0 ? null : person.map(position);
  const personHasher = personPositions && new TupleHasher(personPositions);
  const persons = new KeyTable();
  const sensitivePositions = sensitive.map(({column}) => position(column));
  const values = sensitive.map(({column, distance}, i) => {
    const {type} = schema.columns[sensitivePositions[i]!]!;
    return new SensitiveValues(column, type, distance ?? distanceOf(type));
  });
  /** By member and lane, the sum of the hashes of its rows' tuples: the same for the same rows in any order. */
  let words: Uint32Array = new Uint32Array(lanes * 2 * 256);
  let members = 0;
  let rows = 0;
  /** By number of a person, which member it is. */
  let memberOf: Int32Array = new Int32Array(256);

  const begin = (): number => {
    if ((members + 1) * lanes * 2 > words.length) words = grown(words);
    return members++;
  };
  const memberFor = (row: Row): number => {
    if (personHasher === null || personPositions!.some(at => row[at] === null)) return begin();
    const key = personHasher.hash(row);
    const before = persons.size;
    const id = persons.add(key[0]!, key[1]!);
    if (id < before) return memberOf[id]!;
    if (id === memberOf.length) memberOf = grown(memberOf);
    return memberOf[id] = begin();
  };

  return {
    add(more) {
      for (const row of more) {
        if (++rows > maxRecords) {
          throw new PipelineError(ErrorCode.VALUE, `the risk of ${schema.table} is measured over at most ${maxRecords} rows, and it has more`, {
            table: schema.table, remedy: 'allow more records, which takes more memory',
          });
        }
        const member = memberFor(row);
        const hashes = hasher.hash(row);
        const start = member * lanes * 2;
        for (let i = 0; i < hashes.length; i++) words[start + i]! += hashes[i]!;
        for (let i = 0; i < values.length; i++) values[i]!.add(member, row[sensitivePositions[i]!]!);
      }
    },
    result() {
      const classes = classesOf(words, members, lanes, 0);
      const sizes = sizesOf(classes);
      const uniques = sizes.get(1) ?? 0;
      const k = leastOf(sizes);
      return {
        unit: personPositions === null ? 'record' : 'person', rows, members, quasi: [...quasi], k, classes: classes.counts.length,
        below: BELOW.map(size => {
          const inside = [...sizes].reduce((sum, [of, count]) => of < size ? sum + of * count : sum, 0);
          return {size, members: inside, share: shareOf(inside, members)};
        }),
        histogram: histogramOf(sizes),
        uniqueness: {
          uniques, share: shareOf(uniques, members),
          population: population === undefined || population < members ? null : populationUniqueness(sizes, population),
        },
        risk: {prosecutorMax: k === null ? 0 : 1 / k, prosecutorAverage: shareOf(classes.counts.length, members)},
        columns: quasi.map((column, i) => withoutColumn(column, i)).sort((a, b) => b.drives - a.drives || a.classes - b.classes),
        sensitive: values.map(one => one.measure(classes, c)),
      };

      function withoutColumn(column: string, i: number): ColumnRisk {
        const without = classesOf(words, members, lanes, i + 1);
        let freed = 0;
        for (let member = 0; member < members; member++) {
          if (classes.counts[classes.of[member]!] === 1 && without.counts[without.of[member]!]! > 1) freed++;
        }
        const others = sizesOf(without);
        return {column, k: leastOf(others), classes: without.counts.length, uniques: others.get(1) ?? 0, drives: shareOf(freed, uniques)};
      }
    },
  };
}

const shareOf = (part: number, all: number): number => all === 0 ? 0 : part / all;
const leastOf = (sizes: ClassSizes): number | null => sizes.size === 0 ? null : [...sizes.keys()].reduce((least, size) => Math.min(least, size));
