/** A name in a query. Those of the platform are words of the language. */
export const quoteName = (name: string): string => (/^:@?[a-z_][a-z0-9_]*$/.test(name) ? name : `\`${name}\``);
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Longest list of columns that is written out: requests of SODA 2.1 are addresses, and servers take about 8,000 characters of one. */
const LONGEST_LIST = 5000;

/** The rows that are read: those that meet somebody's condition, behind one of them. Null: all. */
export interface Rows {
  readonly where: string | null;
  readonly after: string | null;
}

/** Rows in the order of `:id`, which is sent back as it came: its text tells nobody else the order. */
export function rowsQuery({columns, limit, ...rows}: Rows & {readonly columns: readonly string[]; readonly limit: number}): string {
  const named = columns.filter(name => name !== ':id').map(quoteName);
  const list = named.join(', ');
  // Stars come first, and once rows are ordered the platform's computed columns are no part of them.
  const chosen = encodeURIComponent(list).length > LONGEST_LIST ? ['*', ...named.filter(name => name.startsWith(':'))].join(', ') : list;
  return `SELECT ${chosen === '' ? '' : `${chosen}, `}:id${meeting(rows.where, behind(rows))} ORDER BY :id LIMIT ${limit}`;
}

/** One row of figures: how many rows there are, when one changed last, and whatever else is asked for. */
export const totalsQuery = (rows: Rows, figures: readonly string[] = []): string =>
  `SELECT ${['count(*) AS all_rows', 'max(:updated_at) AS last_updated', ...figures].join(', ')}${meeting(rows.where, behind(rows))}`;

/** How many rows there are up to one, itself included, and when one of these changed last. */
export const countUpTo = (where: string | null, id: string): string => `SELECT count(*) AS all_rows, max(:updated_at) AS last_updated${meeting(where, `:id <= ${quoteText(id)}`)}`;

/** How many rows were there already at a moment. */
export const createdUpTo = (moment: string): string => `SELECT count(*) AS all_rows WHERE :created_at <= ${quoteText(moment)}`;

const behind = ({after}: Rows): string | null => (after === null ? null : `:id > ${quoteText(after)}`);

function meeting(where: string | null, place: string | null): string {
  const conditions = [...where === null ? [] : [`(${where})`], ...place === null ? [] : [place]];
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}
