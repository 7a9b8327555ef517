import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Column, ColumnType, Row, Schema, TransformNote} from '@sluice/core';
import {ageTransform, defaultStudy, type AgeOptions, type Study} from '@sluice/transform-age';

export const never: AbortSignal = new AbortController().signal;

export function table(name: string, columns: Readonly<Record<string, ColumnType>>, rows: readonly Row[], primaryKey: readonly string[] = []) {
  const schema: Schema = {
    table: name, primaryKey, columns: Object.entries(columns).map(([column, type]): Column => ({name: column, type, nullable: true})),
  };
  return {schema, rows};
}

/** The family of the reference's end-to-end case, and one without a tracker row. */
export const trackers = table('data_4_tr', {familyid: 'int', packsent: 'text'}, [[1001, '02/01/2005']]);
export const parents = table('gen_parentdates', {familyid: 'int', fatherdob: 'text', motherdob: 'text'}, [[1001, '1958-07-01 00:00:00', '03/15/1960']]);
export const twins = table('gen_twins', {familyid: 'int', twin: 'int', dateofbirth: 'text'}, [[1001, 1, '01/31/1990']]);
export const questionnaire = (rows: readonly Row[], columns: Readonly<Record<string, ColumnType>> = {familyid: 'int', twin: 'int', au1: 'int'}) =>
  table('data_4_au_t', columns, rows);

type Table = ReturnType<typeof table>;

export interface Aged {
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly notes: readonly TransformNote[];
}

/** Lets the last table pass through the transform, the others being there. */
export async function age(tables: readonly Table[], study: Study = defaultStudy, options: AgeOptions = {}): Promise<Aged> {
  const source = new MemorySource(new MemoryDatabase({tables}));
  const catalog = await source.discover(never);
  const transform = ageTransform(study, options);
  const problems = transform.check(catalog);
  if (problems.length > 0) throw new Error(problems.map(({path, message}) => `${path}: ${message}`).join('\n'));
  await transform.prepare(source, catalog, never);
  const {schema} = tables.at(-1)!;
  const plan = transform.plan(schema);
  const rows: Row[] = [];
  for await (const batch of source.read({schema, after: null, maxRows: 3, maxBytes: 1e6}, never)) rows.push(...plan.apply(batch).rows);
  return {rows, columns: plan.schema.columns, notes: plan.notes!()};
}

/** The notes as `column: message = count`. */
export const told = ({notes}: Aged) => notes.map(({column, message, count}) => `${column === undefined ? '' : `${column}: `}${message} = ${count}`);
