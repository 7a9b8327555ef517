import type {Catalog, View} from '@sluice/core';
import type {TableDecision} from './resolve.ts';

/**
 * Views that use a column whose values are taken out or changed, or read a view that does: by name,
 * with the reason. Their SQL may quote the old values (`WHERE address = '…'`), and over the new ones it
 * says something else. SQL is not parsed here: names that occur in it count. Views over dropped columns
 * and excluded tables are left out by whoever would have to make them.
 */
export function viewsOverChanged(tables: Iterable<TableDecision>, views: Catalog['views']): ReadonlyMap<string, string> {
  const changed = [...tables].flatMap(table => table.kind !== 'decided' ? [] : table.decisions.flatMap(({column, treatment}) =>
    treatment.kind === 'fill' || treatment.kind === 'change'
      ? [{table: table.source.table, column, what: treatment.kind === 'change' ? 'changed' : treatment.value === null ? 'blanked' : 'constant'}] : []));
  const reasons = new Map<string, string>();
  for (const view of views) {
    const found = changed.find(({table, column}) => names(view.sql, table) && (names(view.sql, column) || takesAll(view)));
    if (found) reasons.set(view.name, `it uses column ${found.column} of ${found.table}, which is ${found.what}`);
  }
  for (let before = -1; before !== reasons.size;) {
    before = reasons.size;
    for (const {name, sql} of views) {
      const read = reasons.has(name) ? undefined : [...reasons.keys()].find(other => names(sql, other));
      if (read !== undefined) reasons.set(name, `it reads the view ${read}, which is left out`);
    }
  }
  return reasons;
}

/** Whether the name occurs in the SQL, as a word, in whatever quotes, without regard to case. */
function names(sql: string, name: string): boolean {
  const forms = new Set([name, name.replaceAll('`', '``'), name.replaceAll('"', '""')]);
  const pattern = [...forms].map(form => form.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&')).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}_$])(?:${pattern})(?![\\p{L}\\p{N}_$])`, 'iu').test(sql);
}

/** `*` for all columns; MySQL and MariaDB write the columns out. */
const takesAll = ({sql}: View): boolean => /(?:\bselect\s+(?:distinct\s+|all\s+)?|,\s*|\.\s*)\*/iu.test(sql);
