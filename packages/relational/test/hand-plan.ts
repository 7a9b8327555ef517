import type {PlannedTable, RecordNode, RelationalPlan, ScalarNode, ScalarType, ShapeNode} from '../src/index.ts';

/** A table as flattening sees it: where in a row everything stands. */
export function table(columns: readonly string[], options: Partial<Omit<PlannedTable, 'schema'>> & {readonly name?: string} = {}): PlannedTable {
  const {name = 'table', path = [], parent = null, rootId = [], indexes = [], overflow = null} = options;
  return {schema: {table: name, columns: columns.map(column => ({name: column, type: 'text', nullable: true})), primaryKey: []}, path, parent, rootId, indexes, overflow};
}

export function plan(root: RecordNode, tables: readonly PlannedTable[], options: {readonly compat?: boolean; readonly idField?: string; readonly collection?: string} = {}): RelationalPlan {
  const {compat = false, idField = '_id', collection = 'things'} = options;
  const extra = compat ? {schema: table(['id', 'path', 'position', 'reason', 'value', 'text'], {name: `${collection}__extra`}).schema} : null;
  return {collection, tables, root, idField, extra, renamed: []};
}

export const record = (fields: Readonly<Record<string, ShapeNode>>): RecordNode => ({kind: 'record', fields: new Map(Object.entries(fields))});
export const scalar = (column: number, type: ScalarType, strict = false): ScalarNode => ({kind: 'scalar', column, type, strict});
export const strict = (column: number, type: ScalarType): ScalarNode => scalar(column, type, true);
