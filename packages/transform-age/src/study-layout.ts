import {didYouMean, suggest} from '@sluice/config';
import type {Catalog, Column, Problem, Schema} from '@sluice/core';
import type {Lookup, MatchedColumn} from './lookup.ts';
import {defaultStudy, type Study} from './study.ts';
import {parseTableName} from './table-name.ts';

/** What the study says of one database: which tables get which ages, and why others get none. */
export interface StudyLayout {
  readonly tables: ReadonlyMap<string, TableAges>;
  readonly problems: readonly Problem[];
  /** Tables that a study of somebody's own names and that are not there, with the places that name them. */
  readonly absent: ReadonlyMap<string, readonly string[]>;
}

export type TableAges = AgesOfTable | NoAges;

export interface NoAges {
  readonly table: string;
  readonly reason: string;
  /** The study names a table that is not there. */
  readonly absent?: true;
}

export interface AgesOfTable {
  readonly table: string;
  readonly phase: string;
  readonly event: Lookup;
  readonly people: readonly AgeOfPerson[];
  /** People whose ages it cannot have, and why. */
  readonly without: readonly {readonly person: string; readonly reason: string}[];
}

export interface AgeOfPerson {
  readonly person: string;
  readonly newColumn: string;
  readonly birth: Lookup;
}

/**
 * Lays the study over a database. A tracker or birth-date table that does not exist is a reason to
 * have no ages; one that exists without its columns is a problem, and so is a new column whose name
 * is taken.
 */
export function layOut(study: Study, catalog: Catalog): StudyLayout {
  const byName = new Map(catalog.tables.map(schema => [schema.table, schema]));
  const problems = new Map<string, Problem>();
  const tables = new Map(catalog.tables.map(schema => [schema.table, agesOf(schema)]));
  const absent = study === defaultStudy ? new Map<string, string[]>() : absentTables(study, byName);
  for (const [name, places] of absent) {
    const meant = misspelt(name, study, byName);
    if (meant === undefined) continue;
    problem(places.join(', '), `names table ${name}, which is not there; did you mean ${meant}?`);
    absent.delete(name);
  }
  return {tables, problems: [...problems.values()], absent};

  function agesOf(schema: Schema): TableAges {
    const {table} = schema;
    const none = (reason: string): NoAges => ({table, reason});
    const {phase} = parseTableName(table, study.names);
    if (phase === undefined) return none('its name does not say a phase');
    if (!Object.hasOwn(study.phases, phase)) return none(`the study has no date for phase ${phase}`);
    const {table: tracker, column} = study.phases[phase]!;
    for (const key of study.phaseKey) {
      if (schema.columns.some(({name}) => name === key)) continue;
      const similar = findColumn(schema, key);
      return none(`it has no column ${key}${similar ? `, only ${similar.name}: letters count` : ''}`);
    }
    const trackerSchema = byName.get(tracker);
    if (!trackerSchema) return {...none(`there is no table ${tracker} with the dates of phase ${phase}`), absent: true};
    const event = lookup(schema, trackerSchema, study.phaseKey.map(key => [key, key]), column, `phases.${phase}`);

    const people: AgeOfPerson[] = [];
    const without: {person: string; reason: string}[] = [];
    for (const [person, {table: birthTable, birthDate, match, newColumn}] of Object.entries(study.people)) {
      const pairs = Object.entries(match);
      if (!pairs.every(([own]) => findColumn(schema, own))) continue; // not somebody this table is about
      const birthSchema = byName.get(birthTable);
      if (!birthSchema) {
        without.push({person, reason: `there is no table ${birthTable} with birth dates`});
        continue;
      }
      const taken = findColumn(schema, newColumn);
      if (taken) {
        problem(`${table}.${taken.name}`, `has the name of the column with the age of the ${person}; ` +
          `call that another name in the study: people.${person}.newColumn`);
      }
      const twice = people.find(other => other.newColumn.toLowerCase() === newColumn.toLowerCase());
      if (twice) problem(`people.${person}`, `has the same new column as people.${twice.person}: ${newColumn}`);
      const birth = lookup(schema, birthSchema, pairs, birthDate, `people.${person}`);
      if (birth) people.push({person, newColumn, birth});
    }
    // Not before: the columns of the people are problems of the same study.
    if (!event) return none(`${tracker} is not as the study says`);
    if (people.length === 0 && without.length === 0) return none('it has the key of nobody whose birth date is known');
    return {table, phase, event, people, without};
  }

  function lookup(
    own: Schema, target: Schema, pairs: readonly (readonly [string, string])[], date: string, place: string,
  ): Lookup | null {
    const dateColumn = findColumn(target, date) ?? missing(target, date, place);
    const keys = pairs.map(([ownName, name]): MatchedColumn | null => {
      const theirs = findColumn(target, name) ?? missing(target, name, place);
      const ours = findColumn(own, ownName)!;
      return theirs && {own: ours.name, name: theirs.name, asNumber: isNumeric(ours) || isNumeric(theirs)};
    });
    return dateColumn && keys.every(key => key !== null) ? {schema: target, date: dateColumn.name, keys} : null;
  }

  function missing(schema: Schema, column: string, place: string): null {
    problem(schema.table, `has no column ${column}, which the study names in ${place}${didYouMean(column, schema.columns.map(({name}) => name))}`);
    return null;
  }

  function problem(path: string, message: string): void {
    problems.set(`${path} ${message}`, {path, message});
  }
}

function absentTables({phases, people}: Study, there: ReadonlyMap<string, Schema>): Map<string, string[]> {
  const absent = new Map<string, string[]>();
  const named = [...Object.entries(phases).map(([phase, {table}]) => [table, `phases.${phase}`]), ...Object.entries(people).map(([person, {table}]) => [table, `people.${person}`])] as [string, string][];
  for (const [table, place] of named) if (!there.has(table)) absent.set(table, [...absent.get(table) ?? [], place]);
  return absent;
}

/**
 * The table that was meant, when it is likely. Tables of a study resemble each other: one of another
 * phase, of other parts, or one that the study names elsewhere was not meant.
 */
function misspelt(name: string, {phases, people, names}: Study, there: ReadonlyMap<string, Schema>): string | undefined {
  const named = new Set([...Object.values(phases), ...Object.values(people)].map(({table}) => table));
  const alike = (text: string) => `${text.replace(/\D+/gu, ' ')} ${text.split(names.separator).length}`;
  return suggest(name, [...there.keys()].filter(other => !named.has(other) && alike(other) === alike(name) && Math.abs(other.length - name.length) <= 1));
}

/** By exact name, or else without regard to case, the way databases look for columns. */
function findColumn({columns}: Schema, name: string): Column | undefined {
  return columns.find(column => column.name === name) ?? columns.find(column => column.name.toLowerCase() === name.toLowerCase());
}

/** Where one side is a number, `1001`, `'1001'` and `'01001'` are the same key, as they are in SQL. */
const isNumeric = ({type}: Column): boolean => type === 'int' || type === 'float' || type === 'decimal' || type === 'bool' || type === 'any';
