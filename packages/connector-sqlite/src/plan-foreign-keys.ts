import type {NamedTable, Omit} from './plan-load.ts';
import type {ForeignKeyPlan} from './table-plan.ts';

/** The foreign keys of a table whose other end is in the load and is a key there. */
export function planForeignKeys(table: NamedTable, tables: readonly NamedTable[], omit: Omit): ForeignKeyPlan[] {
  const fileName = (of: NamedTable, column: string) => of.columns.find(plan => plan.column.name === column)?.name;
  return (table.schema.foreignKeys ?? []).flatMap((key): ForeignKeyPlan[] => {
    const refuse = (reason: string) => {
      omit(table.schema.table, 'foreign key', key.name, reason);
      return [];
    };
    const parent = tables.find(({schema}) => schema.table === key.table);
    if (!parent) return refuse(`table ${key.table} is not in the load`);
    const columns = key.columns.map(column => fileName(table, column));
    const referencedColumns = key.referencedColumns.map(column => fileName(parent, column));
    if (!columns.every(name => name !== undefined)) return refuse('a column of it is not in the load');
    if (!referencedColumns.every(name => name !== undefined)) return refuse(`a column of table ${key.table} is not in the load`);
    if (!isKey(parent, key.referencedColumns)) return refuse(`SQLite wants a unique key on the columns of table ${key.table}`);
    return [{key, columns, table: parent.name, referencedColumns}];
  });
}

/** https://www.sqlite.org/foreignkeys.html, 3: the parent columns are the primary key or have a unique index, in any order. */
function isKey({schema}: NamedTable, columns: readonly string[]): boolean {
  const same = (names: readonly (string | null)[]) => names.length === columns.length && columns.every(name => names.includes(name));
  return same(schema.primaryKey)
    || (schema.indexes ?? []).some(({unique, parts}) => unique && parts.every(({prefix}) => prefix === undefined) && same(parts.map(({column}) => column)));
}
