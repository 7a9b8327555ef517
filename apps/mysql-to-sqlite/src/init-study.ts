import type {Catalog, Column, Schema} from '@sluice/core';
import {ageTransform, defaultNames, defaultStudy, parseStudy, parseTableName, type Study} from '@sluice/transform-age';
import {suggestFor} from '@sluice/transform-deidentify';
import {stringify} from 'yaml';

export interface DraftedStudy {
  readonly text: string;
  /** As the text says it. */
  readonly study: Study;
  readonly phases: readonly string[];
  readonly people: readonly string[];
  /** What a person has to settle; each stands in the text, too. */
  readonly open: readonly string[];
}

/**
 * A study file for a database: of the layout that Sluice knows, what is there; for what else looks like
 * a phase or a birth date, where it may be. What is written as a comment decides nothing.
 */
export function draftStudy(catalog: Catalog): DraftedStudy {
  const tables = new Map(catalog.tables.map(schema => [schema.table, schema]));
  const open: string[] = [];

  const phases = Object.fromEntries(Object.entries(defaultStudy.phases).flatMap(([phase, {table, column}]) => {
    const found = columnOf(tables.get(table), column);
    if (!found && tables.has(table)) open.push(`phase ${phase}: ${table} has no column ${column}${datesIn(tables.get(table)!)}`);
    return found ? [[phase, {table, column: found}]] : [];
  }));
  for (const [phase, count] of phasesOf(catalog)) {
    if (Object.hasOwn(phases, phase) || Object.hasOwn(defaultStudy.phases, phase) && tables.has(defaultStudy.phases[phase]!.table)) continue;
    const trackers = catalog.tables.filter(({table}) => isTracker(table, phase));
    open.push(trackers.length === 0
      ? `phase ${phase} (${count} ${count === 1 ? 'table' : 'tables'}): no table looks like its tracker`
      : `phase ${phase} (${count} ${count === 1 ? 'table' : 'tables'}): perhaps ${trackers.map(schema => `${schema.table}${datesIn(schema)}`).join(' or ')}`);
  }
  const people = Object.fromEntries(Object.entries(defaultStudy.people).flatMap(([person, {table, birthDate, match, newColumn}]) => {
    const schema = tables.get(table);
    const date = columnOf(schema, birthDate);
    return date && Object.values(match).every(column => columnOf(schema, column)) ? [[person, {table, birthDate: date, match, newColumn}]] : [];
  }));
  const known = new Set(Object.values(people).map(({table, birthDate}) => `${table}.${birthDate}`));
  for (const schema of catalog.tables) {
    for (const column of schema.columns) {
      const place = `${schema.table}.${column.name}`;
      if (suggestFor(column)?.kind === 'C, birth date' && !known.has(place)) open.push(`a birth date, by its name: ${place}`);
    }
  }

  const {ages, phaseKey, noDate} = defaultStudy;
  const body = stringify({version: 1, ages, phaseKey, phases, people, noDate}, {lineWidth: 0});
  const study = parseStudy(body);
  for (const {path, message} of ageTransform(study).check(catalog)) open.push(`${path === undefined ? '' : `${path}: `}${message}`);
  const text = `${HEADER}${body}${open.length === 0 ? '' : `# To be settled by a person:\n${open.map(line => `# - ${line.replaceAll(/[\r\n]+/gu, ' ')}\n`).join('')}`}`;
  return {text, study, phases: Object.keys(phases), people: Object.keys(people), open};
}

/** What there is, with the columns of the ages that the study appends: the policy decides about them as well. */
export function withAges(catalog: Catalog, study: Study): Catalog {
  const ages = ageTransform(study);
  if (ages.check(catalog).length > 0) return catalog;
  return {...catalog, tables: catalog.tables.map(schema => ages.plan(schema).schema)};
}

const HEADER = `# How the study is laid out, for the ages that are appended; drafted from the schema.
# phases: by phase, as it stands in table names, the table and column with the date that counts as "now".
# people: whose birth dates are where, and the columns that a table must have to get their age.
# A table without a phase, or about nobody whose birth date is known, gets no ages.
`;

/** By exact name, or else without regard to case. */
function columnOf(schema: Schema | undefined, name: string): string | undefined {
  const columns = schema?.columns ?? [];
  return (columns.find(column => column.name === name) ?? columns.find(column => column.name.toLowerCase() === name.toLowerCase()))?.name;
}

/** Phases that names of tables tell of, and how many tables do. */
function phasesOf({tables}: Catalog): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const {table} of tables) {
    const {type, phase} = parseTableName(table, defaultNames);
    if (phase !== undefined && (type === 'data' || type === 'calc') && !isTracker(table, phase)) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return counts;
}

const isTracker = (table: string, phase: string) =>
  table.split(defaultNames.separator).includes(phase) && /(^|_)(tr|tracker|dates?)(_|$)/u.test(table);

function datesIn({columns}: Schema): string {
  const names = columns.filter(looksLikeDate).map(({name}) => name);
  return names.length === 0 ? '' : ` (${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''})`;
}

const looksLikeDate = ({name, type}: Column) => type === 'date' || type === 'timestamp' || type === 'timestamptz' || /date|sent|received|returned/iu.test(name);
