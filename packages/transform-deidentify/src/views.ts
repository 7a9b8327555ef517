import type {Catalog, View} from '@sluice/core';
import type {TableDecision} from './resolve.ts';

/**
 * Views that use a column whose values are taken out or changed, or read a view that does: by name,
 * with the reason. Their SQL may quote the old values (`WHERE address = '…'`), and over the new ones it
 * says something else. Pseudonyms that join are equal where the old values were, so a view over them
 * stays when its SQL quotes nothing and asks no more of values than whether they are equal. SQL is not
 * parsed here: names that occur in it count. Views over dropped columns and excluded tables are left out by whoever would have to make them.
 */
export function viewsOverChanged(tables: readonly TableDecision[], views: Catalog['views']): ReadonlyMap<string, string> {
  const changed = tables.flatMap(table => table.kind !== 'decided' ? [] : table.decisions.flatMap(({column, treatment}) =>
    treatment.kind === 'fill' || treatment.kind === 'change'
      ? [{table: table.source.table, column, joins: treatment.kind === 'change' && treatment.joins !== undefined, what: treatment.kind === 'change' ? 'changed' : treatment.value === null ? 'blanked' : 'constant'}] : []));
  const known = new Set([
    ...views.flatMap(({name, columns}) => [name, ...columns]),
    ...tables.flatMap(table => (table.kind !== 'decided' ? [] : [table.source.table, ...table.source.columns.map(({name}) => name)])),
  ].map(name => name.toLowerCase()));
  const reasons = new Map<string, string>();
  for (const view of views) {
    const bare = asksForEqualOnly(view.sql, known);
    const found = changed.find(({table, column, joins}) => !(joins && bare) && names(view.sql, table) && (names(view.sql, column) || takesAll(view)));
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

/** What may stand before a bracket without looking into a value. */
const plainBeforeBracket: ReadonlySet<string> = new Set([
  'select', 'from', 'join', 'on', 'using', 'where', 'and', 'or', 'not', 'in', 'exists', 'as', 'union', 'all', 'distinct', 'count', 'coalesce', 'nullif',
]);
const looksInto = /['"<>+\-*/%|&^~!#?]|(?<![\p{L}\p{N}_$])\.?\p{Nd}|\b(?:order|between|like|glob|match|regexp|rlike|collate|cast|limit|offset|over|window|case|if)\b/iu;

/**
 * Whether SQL has no number, text or comment in it and does nothing with values but to hand them on and to compare them by `=`. What stands
 * in double quotes is a text on some systems, unless it is a name that there is. In doubt it does more.
 */
function asksForEqualOnly(sql: string, known: ReadonlySet<string>): boolean {
  const bare = sql.replace(/`(?:[^`]|``)*`|"((?:[^"]|"")*)"/gu, (quoted, inner: string | undefined) => (inner === undefined || known.has(inner.replaceAll('""', '"').toLowerCase()) ? ' x ' : quoted));
  return !looksInto.test(bare) && [...bare.matchAll(/([\p{L}\p{N}_$]+)\s*\(/gu)].every(([, word = '']) => plainBeforeBracket.has(word.toLowerCase()));
}
