import {ErrorCode, must, PipelineError, type Batch, type GroupTable, type Row, type Schema} from '@sluice/core';
import {compileFlatten, type RelationalPlan} from '@sluice/relational';
import type {DocumentRows} from './ports.ts';

/** What happens to the rows of one table on their way: a `TransformPlan`, or several in a row. */
export interface TableTransform {
  /** The table as it is written. */
  readonly schema: Schema;
  /** Changes rows, which it owns; none is left out. */
  apply(batch: Batch): Batch;
}

/** The tables that the documents of a plan make, in the order of its rows. */
export function tablesOf(plan: RelationalPlan): readonly Schema[] {
  return [...plan.tables.map(({schema}) => schema), ...(plan.extra ? [plan.extra.schema] : [])];
}

/**
 * The rows of documents by their plan, changed by `transforms`: one per table of `tablesOf(plan)`, null for one that passes untouched.
 * Throws CONFIG when a transform takes away the column that says which document a row belongs to.
 */
export function documentRows(plan: RelationalPlan, transforms: readonly (TableTransform | null)[] = []): DocumentRows {
  const {collection, idField} = plan;
  const schemas = tablesOf(plan);
  const ids = [...plan.tables.map(({rootId}) => rootId[0]), ...(plan.extra ? [0] : [])];
  if (ids.includes(undefined)) {
    throw new PipelineError(ErrorCode.CONFIG, `collection ${collection} has no field that identifies its documents`, {table: schemas[0]!.table, remedy: 'put _id into its schema'});
  }
  const flatten = compileFlatten(plan);
  const tables = schemas.map((schema, i): GroupTable => {
    const column = must(schema.columns[ids[i]!], 'the column of the id').name;
    const written = transforms[i]?.schema ?? schema;
    if (!written.columns.some(({name}) => name === column)) {
      throw new PipelineError(ErrorCode.CONFIG, `column ${column} of table ${schema.table} is left out, and nothing else says which document a row belongs to`, {
        table: schema.table, column, remedy: 'keep it, or replace its values by a method that gives the same for the same',
      });
    }
    return {schema: written, group: [column]};
  });
  const [root] = tables;
  const keyAt = root!.schema.columns.findIndex(({name}) => name === root!.group[0]);

  return {
    collection, idField, tables,
    get misfits() { return flatten.misfits; },
    rowsOf(documents) {
      const rows = schemas.map((): Row[] => []);
      for (const document of documents) flatten.add(document, rows);
      return rows.map((some, i) => transformed(some, transforms[i], schemas[i]!.table));
    },
    key(id) {
      const value = flatten.key(id);
      if (value === null) return null;
      const row: Row = schemas[0]!.columns.map((_, at) => (at === ids[0] ? value : null));
      const [changed] = transformed([row], transforms[0], schemas[0]!.table);
      const key = changed![keyAt]!;
      return key === null ? null : [key];
    },
  };
}

function transformed(rows: Row[], transform: TableTransform | null | undefined, table: string): Row[] {
  if (!transform) return rows;
  const count = rows.length;
  const {rows: changed} = transform.apply({rows, position: null});
  if (changed.length !== count) throw new PipelineError(ErrorCode.CONFIG, `a transform leaves rows of table ${table} out: tables that are kept in step have all of them`, {table, remedy: 'change values instead'});
  return changed;
}
