import type {Schema, View} from '@sluice/core';
import {masterKeyFrom} from '@sluice/pseudonyms';
import {expect, test} from 'vitest';
import {deidentifyByTable, parsePolicy, type Policy} from '@sluice/transform-deidentify';
import {catalogOf, table, told} from './tables.ts';

const policy = (tables: string, top = ''): Policy => parsePolicy(`version: 1\n${top}\ntables:\n${tables}`);

const people = table('people', {id: {type: 'int', nullable: false}, name: 'text'}, {primaryKey: ['id']});
const visits = table('visits', {person: 'int', note: 'text'}, {foreignKeys: [{name: 'whose', columns: ['person'], table: 'people', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'NO ACTION'}]});
const sites = table('sites', {id: 'int', place: 'text'});

interface Said {
  readonly of: Readonly<Record<string, Policy | null>>;
  readonly copies?: (name: string) => boolean;
}

function laid({of, copies = () => true}: Said, tables: readonly Schema[] = [people, visits, sites], views: readonly View[] = []) {
  const policies = [...new Set(Object.values(of))].filter(one => one !== null);
  const transform = deidentifyByTable({policyOf: name => of[name], copies}, policies, {key: masterKeyFrom(Buffer.from('0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0', 'hex'))});
  return {transform, problems: told(transform.check!(catalogOf(tables, views)))};
}

test('each table goes by its own policy; a rule of one need not be for the tables of another; none keeps a table as it is', () => {
  const whole = policy('  people: {columns: {id: keep, name: blank}}\n  visits: {columns: {person: keep, note: blank}}');
  const own = policy('  visits: {columns: {person: keep, note: drop}}');
  const {transform, problems} = laid({of: {people: whole, visits: own, sites: null}});
  expect(problems).toEqual([]);
  expect(transform.plan(people)!.apply({rows: [[1, 'Ann']], position: null}).rows).toEqual([[1, null]]);
  expect(transform.plan(visits)!.schema.columns.map(({name}) => name)).toEqual(['person']);
  expect(transform.plan(visits)!.schema.foreignKeys).toHaveLength(1);
  expect(transform.plan(sites)).toMatchObject({schema: sites, effects: [], looksAt: []});
  expect(transform.warnings).toContain('copied as it is, by no policy: sites');
  expect(transform.confines).toBe(true);
  expect(transform.fingerprint!(people)).not.toBe(transform.fingerprint!(visits));
});

test('what nobody decided stops the run: a column of a policy, and a table of which no policy is named', () => {
  const own = policy('  people: {columns: {id: keep}}');
  const {transform, problems} = laid({of: {people: own, visits: null}});
  expect(problems).toEqual(['people.name: no decision about the column (undecided)', 'sites: no policy is named for the table (undecided)']);
  expect(transform.remedy!(catalogOf([people, visits, sites]))).toMatch(/name: undecided[\s\S]*name a policy for each table/);
  expect(transform.plan(sites)).toBeNull();
  expect(transform.refusesTable!(sites)).toBe('no policy is named for the table');
  expect(transform.refusesView!({name: 'v', columns: [], sql: 'SELECT 1', dialect: 'sqlite'})).toBe('no policy is named for the view');
});

test('a key that one policy changes is not handed out by another, or by none; tables that are not copied are in nobody\'s way', () => {
  const hides = policy('  people: {columns: {id: {method: fpe, domain: person, alphabet: digits}, name: blank}}', 'domains: {person: {}}');
  const keeps = policy('  visits: {columns: {person: keep, note: blank}}');
  const apart = /^visits\.person: .*refers by the foreign key whose to people\.id, and the two are not treated alike/;
  expect(laid({of: {people: hides, visits: keeps, sites: null}}).problems).toEqual([expect.stringMatching(apart)]);
  expect(laid({of: {people: hides, visits: null, sites: null}}).problems).toEqual([expect.stringMatching(apart)]);
  expect(laid({of: {people: hides, visits: null}, copies: name => name === 'people'}).problems).toEqual([]);
  // The same pseudonym on both sides joins.
  const alike = policy('  visits: {columns: {person: {method: fpe, domain: person, alphabet: digits}, note: blank}}', 'domains: {person: {}}');
  const {transform, problems} = laid({of: {people: hides, visits: alike, sites: null}});
  expect(problems).toEqual([]);
  expect(transform.plan(visits)!.schema.foreignKeys).toHaveLength(1);
  const [[id]] = transform.plan(people)!.apply({rows: [[12345678, 'Ann']], position: null}).rows as [[number]];
  expect(id).not.toBe(12345678);
  expect(transform.plan(visits)!.apply({rows: [[12345678, 'x']], position: null}).rows).toEqual([[id, null]]);
});

test('keys of persons with one name are treated alike by all policies, without a foreign key, too', () => {
  const notes = table('notes', {person: 'int', text: 'text'});
  const calls = table('calls', {person: 'int', text: 'text'});
  const subject = (name: string, person: string) => policy(`  ${name}: {columns: {person: ${person}, text: blank}}`, `${person === 'keep' ? '' : 'domains: {person: {}}\n'}subjects: {${name}: {key: [person]}}`);
  const hides = subject('notes', '{method: fpe, domain: person, alphabet: digits}');
  expect(laid({of: {notes: hides, calls: subject('calls', 'keep')}}, [notes, calls]).problems).toEqual([expect.stringMatching(/^calls\.person: .*tells whose row it is, as notes\.person, and the two are not treated alike/)]);
  expect(laid({of: {notes: hides, calls: subject('calls', '{method: fpe, domain: person, alphabet: digits}')}}, [notes, calls]).problems).toEqual([]);
});

test('a foreign key to what another policy empties is left out and told; a view that quotes what it changed, too', () => {
  const empties = policy('  people: {columns: {id: blank, name: blank}}', 'constraints: relax');
  const view: View = {name: 'old', columns: ['person'], sql: "SELECT person FROM people WHERE name = 'Ann'", dialect: 'sqlite'};
  const {transform, problems} = laid({of: {people: empties, visits: null, sites: null, old: null}}, [people, visits, sites], [view]);
  expect(problems).toEqual([]);
  expect(transform.plan(visits)).toMatchObject({schema: {foreignKeys: []}, omissions: [{kind: 'foreign key', name: 'whose'}]});
  expect(transform.refusesView!(view)).toMatch(/it uses column (id|name) of people, which is blanked/);
});
