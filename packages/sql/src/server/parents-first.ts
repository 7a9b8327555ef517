import type {Schema} from '@sluice/core';

/** Tables in an order in which each comes after those its foreign keys refer to; in a circle, as they were given. */
export function parentsFirst<Table extends {readonly schema: Schema}>(tables: readonly Table[]): readonly Table[] {
  const byName = new Map(tables.map(table => [table.schema.table, table]));
  const done = new Set<Table>();
  const ordered: Table[] = [];
  const visit = (table: Table) => {
    if (done.has(table)) return;
    done.add(table);
    for (const key of table.schema.foreignKeys ?? []) {
      const parent = byName.get(key.table);
      if (parent) visit(parent);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table);
  return ordered;
}
