import type {Omission, Schema} from '@sluice/core';
import {isOurs, nameTables, ownOmission, POSITION_TABLE, retiredName, stagingHash, stagingName, type NameRules} from '../src/index.ts';
import fc from 'fast-check';
import {expect, test} from 'vitest';

const schemaOf = (table: string): Schema => ({table, columns: [], primaryKey: []});

/** A server whose names have at most eight characters, in small letters and capitals alike. */
const rules: NameRules = {
  fold: name => name.toLowerCase(),
  problem: name => name === '' || name.length > 8 ? 'no' : null,
  possible(name, taken) {
    for (let i = 1; ; i++) {
      const candidate = (name || '_').slice(0, 8 - String(i).length) + String(i);
      if (!taken.has(candidate.toLowerCase())) return candidate;
    }
  },
  why: 'it cannot be',
};

test('every table has a possible name that is its own; one that can be stays; renames are listed', () => {
  const name = fc.oneof(fc.string({maxLength: 12}), fc.constantFrom('a', 'A', 'b', '_SLUICE_', stagingName(stagingHash('s', 'x'))));
  fc.assert(fc.property(fc.uniqueArray(name, {maxLength: 20}), tables => {
    const omissions: Omission[] = [];
    const names = nameTables(tables.map(schemaOf), rules, omissions);
    expect([...names.keys()].toSorted()).toEqual(tables.toSorted());
    const given = [...names.values()];
    expect(new Set(given.map(rules.fold)).size).toBe(tables.length);
    expect(given.filter(each => rules.problem(each) !== null || isOurs(each))).toEqual([]);
    expect(omissions.map(({table}) => table).toSorted()).toEqual(tables.filter(table => names.get(table) !== table).toSorted());
    const alone = tables.filter(table => rules.problem(table) === null && !isOurs(table) && tables.every(other => other === table || rules.fold(other) !== rules.fold(table)));
    for (const table of alone) expect(names.get(table)).toBe(table);
  }), {seed: 1, numRuns: 500});
});

test('a table that has the name of one under construction, or of the positions, gets another', () => {
  const staging = stagingName(stagingHash('db', 't'));
  const wide: NameRules = {...rules, problem: () => null, possible: (name, taken) => taken.has(name) ? `${name}_2` : name, fold: name => name};
  const omissions: Omission[] = [];
  const names = nameTables([staging, POSITION_TABLE].map(schemaOf), wide, omissions);
  expect(names).toEqual(new Map([[staging, `copy_of${staging}`], [POSITION_TABLE, `${POSITION_TABLE}_2`]]));
  expect(omissions).toEqual([...names].map(([table, name]) => ({table, kind: 'rename', name: table, reason: `it cannot be: the table is called ${name}`})));
});

test('names of a load are the same each time, differ by table and by schema, and are known again', () => {
  const hash = stagingHash('a', 'b');
  expect(stagingName(hash)).toBe('_sluice_new_59b271ae1bbcb1d3');
  expect(new Set([hash, stagingHash('ab', ''), stagingHash('b', 'a')]).size).toBe(3);
  expect([stagingName(hash), retiredName(hash), POSITION_TABLE].every(isOurs)).toBe(true);
  expect(['people', `${stagingName(hash)}x`, stagingName('no hash')].some(isOurs)).toBe(false);
  expect(ownOmission('people')).toBeNull();
  expect(ownOmission(POSITION_TABLE)).toMatchObject({kind: 'table', name: POSITION_TABLE});
});
