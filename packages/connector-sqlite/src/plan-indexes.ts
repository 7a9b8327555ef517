import type {Index} from '@sluice/core';
import {textComparison} from '@sluice/sql';
import {firstFree} from './naming.ts';
import {translatableColumns, translated, type NamedTable, type Omit} from './plan-load.ts';
import {quote} from './quote.ts';
import type {IndexPlan} from './table-plan.ts';

/** The indexes of a table. Their names are global in SQLite: the table's name goes in front. */
export function planIndexes(table: NamedTable, used: Set<string>, omit: Omit): IndexPlan[] {
  const {schema, name} = table;
  return (schema.indexes ?? []).flatMap((index): IndexPlan[] => {
    const kind = index.kind?.toLowerCase() ?? 'btree';
    if (kind === 'fulltext' || kind === 'spatial') {
      omit(schema.table, 'index', index.name, `SQLite has no ${kind.toUpperCase()} index on a table`);
      return [];
    }
    if (kind !== 'btree' && kind !== 'hash') {
      const reason = kind === 'partial' ? 'it is over some of the rows only' : `an index of kind ${kind} is not made here`;
      omit(schema.table, index.unique ? 'unique' : 'index', index.name, reason);
      return [];
    }
    const parts = planParts(index, table);
    if (typeof parts === 'string') {
      omit(schema.table, index.unique ? 'unique' : 'index', index.name, parts);
      return [];
    }
    if (!index.unique && index.parts.some(({prefix}) => prefix !== undefined)) {
      omit(schema.table, 'prefix', index.name, 'SQLite has no prefix indexes: the whole column is indexed');
    }
    const wanted = index.name.startsWith(`${name}_`) ? index.name : `${name}_${index.name}`;
    return [{index, parts, unique: index.unique, name: firstFree(wanted, used)}];
  });
}

function planParts(index: Index, {columns}: NamedTable): string[] | string {
  const translatable = translatableColumns(columns);
  const result: string[] = [];
  for (const part of index.parts) {
    const direction = part.descending ? ' DESC' : '';
    if (part.column === null) {
      const sql = part.expression ? translated(part.expression, translatable) : {reason: 'it indexes an expression that is not told'};
      if ('reason' in sql) return sql.reason;
      result.push(`(${sql.sql})${direction}`);
      continue;
    }
    const plan = columns.find(({column}) => column.name === part.column);
    if (!plan) return 'it indexes a column that is not in the load';
    const name = quote(plan.name);
    // A unique prefix stays what it is as an expression; an expression has no collation of its own.
    const collation = plan.column.type === 'text' && textComparison(plan.column) === 'nocase' ? ' COLLATE NOCASE' : '';
    result.push(index.unique && part.prefix !== undefined ? `substr(${name}, 1, ${part.prefix})${collation}${direction}` : `${name}${direction}`);
  }
  return result;
}
