import type {ReadLimits, Schema, Source, Value} from '@sluice/core';
import {riskMeter, type DisclosureRisk} from '@sluice/disclosure-risk';
import {textOf, ValueChanges} from './changed-values.ts';
import {measured} from './examine-target.ts';
import {jsonScalars, pathMatcher} from './json-values.ts';
import type {KnownValues} from './known-values.ts';
import type {TableRoles} from './roles.ts';

export interface SourceTable {
  readonly table: string;
  readonly rows: number;
  /** By name, of the columns that were read. */
  readonly nulls: ReadonlyMap<string, number>;
  readonly risk: DisclosureRisk | null;
  readonly notMeasured: string | null;
}

/** Where known values come from. */
export interface KnownOrigin {
  readonly table: string;
  readonly column: string;
  readonly path: string | null;
  readonly class: string;
  /** These are the single words of names. */
  readonly words?: true;
}

/** For people: `table.column`, with the path after a blank. */
export const originName = ({table, column, path, words}: KnownOrigin): string => `${words === true ? 'single words of ' : ''}${table}.${column}${path === null ? '' : ` ${path}`}`;

export interface SourceQuestion {
  readonly source: Source;
  readonly tables: readonly TableRoles[];
  readonly known: KnownValues;
  /** Filled: how the values of each table are compared afterwards. */
  readonly changes: Map<string, ValueChanges>;
  /** Filled: by number, the column a known value comes from. */
  readonly origins: KnownOrigin[];
  readonly population: number | null;
  readonly maxRecords: number | null;
  readonly limits: ReadLimits;
}

/** Reads the columns that matter from the snapshot of the run: what must not leave, what identifies, what was masked. Throws as reading does. */
export async function examineSource(question: SourceQuestion, signal: AbortSignal): Promise<readonly SourceTable[]> {
  const found: SourceTable[] = [];
  for (const roles of question.tables) found.push(await examineTable(roles, question, signal));
  return found;
}

async function examineTable(roles: TableRoles, {source, known, changes, origins, population, maxRecords, limits}: SourceQuestion, signal: AbortSignal): Promise<SourceTable> {
  const {staged, written, key, quasiBefore, sensitive, personBefore} = roles;
  const masked = written.filter(({decided, name}) => decided?.effect === 'changed' && decided.method !== 'constant' && decided.method !== 'tag' && hasColumn(staged.source, name));
  const columns = new Set([
    ...staged.source.primaryKey, ...roles.known.map(({column}) => column), ...masked.map(({name}) => name), ...key ?? [], ...quasiBefore, ...sensitive, ...personBefore ?? [],
  ]);
  const schema: Schema = {...staged.source, columns: staged.source.columns.filter(({name}) => columns.has(name))};
  // A table of which nothing matters is read by its first column: its rows are counted.
  const read: Schema = schema.columns.length > 0 ? schema : {...staged.source, columns: staged.source.columns.slice(0, 1)};
  const at = (name: string) => read.columns.findIndex(column => column.name === name);
  const compared = new ValueChanges(
    masked.map(({name, position}) => ({name, before: at(name), after: position})),
    key && {before: key.map(at), after: key.map(name => written.find(one => one.name === name)!.position)}, staged.rows ?? 0);
  changes.set(staged.source.table, compared);
  let meter = quasiBefore.length === 0 && sensitive.length === 0 ? null : riskMeter(read, {
    quasi: quasiBefore, sensitive: sensitive.map(column => ({column})), ...(personBefore && {person: personBefore}), ...(population !== null && {population}), ...(maxRecords !== null && {maxRecords}),
  });
  const readers = roles.known.map(one => {
    const from: KnownOrigin = {table: staged.source.table, column: one.column, path: one.path, class: one.class};
    const origin = origins.push(from) - 1;
    const words = isPersonal(one) ? origins.push({...from, words: true}) - 1 : null;
    return {position: at(one.column), take: taker(text => {
      known.add(text, origin);
      if (words !== null) known.addName(text, words);
    }, one.path)};
  });
  const nulls = read.columns.map(() => 0);
  let notMeasured: string | null = null;
  let rows = 0;
  for await (const batch of source.read({schema: read, after: null, ...limits}, signal)) {
    signal.throwIfAborted();
    for (const row of batch.rows) {
      rows++;
      for (let i = 0; i < row.length; i++) if (row[i] === null) nulls[i]!++;
      for (const {position, take} of readers) take(row[position]!);
      compared.before(row);
      if (meter === null) continue;
      notMeasured = measured(meter, row);
      if (notMeasured !== null) meter = null;
    }
  }
  return {
    table: staged.source.table, rows, nulls: new Map(read.columns.map(({name}, i) => [name, nulls[i]!])), risk: meter?.result() ?? null,
    notMeasured,
  };
}

/** Takes what must not leave out of a value: all of it, or what lies at a path of a document. */
function taker(take: (text: string) => void, path: string | null): (value: Value) => void {
  if (path === null) {
    return value => {
      const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : textOf(value);
      if (text !== null) take(text);
    };
  }
  const matches = pathMatcher(path);
  return value => {
    if (typeof value !== 'string') return;
    for (const scalar of jsonScalars(value) ?? []) if (matches(scalar.path)) take(scalar.text);
  };
}

/** Names of people, and those of which nobody said what kind of name they are: not of employers, whose words are of the language, nor made up for an account. */
const isPersonal = ({class: of, kind}: {readonly class: string; readonly kind: string | null}): boolean => of === 'A' && kind !== 'name.employer' && kind !== 'name.user' && kind !== 'name.initials';

const hasColumn = ({columns}: Schema, name: string): boolean => columns.some(column => column.name === name);
