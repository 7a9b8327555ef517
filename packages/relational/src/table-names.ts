import {cleanNaming, compatNaming, type Step} from './naming.ts';
import type {PlannedTable, RelationalPlan} from './plan.ts';

/**
 * The names of a plan's tables without their prefix, in their order, with `delimiter` between the parts
 * that come from the path: for scripts that go through tables. A table whose name could not be made of
 * its path alone has the name that it has.
 */
export function tableNames({collection, tables, extra}: RelationalPlan, delimiter: string): string[] {
  const naming = extra ? compatNaming : cleanNaming;
  return tables.map(table => {
    const parts = naming.table(stepsTo(table, collection, tables));
    return table.schema.table.endsWith(parts.join('_')) ? parts.join(delimiter) : table.schema.table;
  });
}

/** Of the names in a path, those are arrays at which the path of a table ends. */
function stepsTo({path, parent}: PlannedTable, collection: string, tables: readonly PlannedTable[]): Step[] {
  const ends = new Set([path.length]);
  for (let above = parent; above !== null; above = tables[above]!.parent) ends.add(tables[above]!.path.length);
  return [{name: collection, array: true}, ...path.map((name, i) => ({name, array: ends.has(i + 1)}))];
}
