import type {PlannedTable} from './server-load.ts';

/**
 * Of tables that a load has made, those that can go when it is given up: they hold no row, and none that stays refers to them.
 * `isEmpty` is asked once for each.
 */
export async function takenBack<Table extends PlannedTable>(made: readonly Table[], isEmpty: (table: Table) => Promise<boolean>): Promise<readonly Table[]> {
  const going = new Set<Table>();
  for (const table of made) if (await isEmpty(table)) going.add(table);
  const staying = made.filter(table => !going.has(table));
  for (let table = staying.pop(); table; table = staying.pop()) {
    for (const {table: parent} of table.schema.foreignKeys ?? []) {
      const kept = [...going].find(({schema}) => schema.table === parent);
      if (kept && going.delete(kept)) staying.push(kept);
    }
  }
  return [...going];
}
