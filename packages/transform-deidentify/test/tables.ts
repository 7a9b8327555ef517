import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Catalog, Column, ColumnType, Problem, Row, Schema, View} from '@sluice/core';
import {deidentify, type Policy} from '@sluice/transform-deidentify';

export const never: AbortSignal = new AbortController().signal;

type Columns = Readonly<Record<string, ColumnType | Partial<Column>>>;

export function table(name: string, columns: Columns, more: Partial<Schema> = {}): Schema {
  return {
    table: name, primaryKey: [], ...more,
    columns: Object.entries(columns).map(([column, given]): Column => ({
      name: column, type: 'text', nullable: true, ...(typeof given === 'string' ? {type: given} : given),
    })),
  };
}

export const catalogOf = (tables: readonly Schema[], views: readonly View[] = []): Catalog => ({tables, views, others: []});

export const told = (problems: readonly Problem[]): string[] =>
  problems.map(({path, message, undecided}) => `${path === undefined ? '' : `${path}: `}${message}${undecided ? ' (undecided)' : ''}`);

export const check = (policy: Policy, tables: readonly Schema[], views: readonly View[] = []): string[] =>
  told(deidentify(policy).check(catalogOf(tables, views)));

/** Lets rows through the transform as the engine does: only columns that are needed, and the key, are read. */
export async function pass(policy: Policy, schema: Schema, rows: readonly Row[], {whole = false} = {}) {
  const source = new MemorySource(new MemoryDatabase({tables: [{schema, rows}]}));
  const transform = deidentify(policy);
  const problems = transform.check(catalogOf([schema]));
  if (problems.length > 0) throw new Error(told(problems).join('\n'));
  const planned = transform.plan(schema);
  if (planned === null) return null;
  const needed = new Set(planned.uses);
  const read = whole ? schema : {...schema, columns: schema.columns.filter((column, i) => needed.has(i) || schema.primaryKey.includes(column.name))};
  const plan = transform.plan(read.columns.length === 0 ? schema : read)!;
  const out: Row[] = [];
  for await (const batch of source.read({schema: read.columns.length === 0 ? schema : read, after: null, maxRows: 2, maxBytes: 1e6}, never)) {
    out.push(...plan.apply(batch).rows);
  }
  return {
    rows: out, schema: plan.schema, columns: plan.schema.columns.map(({name}) => name), read: read.columns.map(({name}) => name),
    effects: plan.effects.map(({column, effect, method}) => `${column} ${effect}: ${method}`),
    omissions: (plan.omissions ?? []).map(({kind, name, reason}) => `${kind} ${name}: ${reason}`),
    notes: plan.notes!().map(({column, message, count}) => `${column === undefined ? '' : `${column} `}${message} = ${count}`),
  };
}
