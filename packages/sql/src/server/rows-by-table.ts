/** Rows of a catalog, gathered by the table they are about, which is their first field. */
export function rowsByTable<Row extends readonly [table: string, ...rest: unknown[]]>(rows: readonly Row[]): Map<string, Row[]> {
  const tables = new Map<string, Row[]>();
  for (const row of rows) {
    const list = tables.get(row[0]);
    if (list) list.push(row);
    else tables.set(row[0], [row]);
  }
  return tables;
}
