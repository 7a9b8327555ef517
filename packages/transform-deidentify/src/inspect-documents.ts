import type {Problem, Schema, Source} from '@sluice/core';
import {checkDocuments} from './json/check-documents.ts';
import type {TableDecision} from './resolve.ts';

/** How many rows of a table are looked at: enough to see a shape, few enough to wait for. */
const ROWS = 1000;
/** Bounds of a batch while looking: rows, bytes. */
const limits = {maxRows: 200, maxBytes: 4 << 20};

/**
 * Looks at the first rows of every table that has decisions inside documents, from the snapshot that the run
 * reads, so that what does not fit is known before anything is written. Throws what reading throws.
 */
export async function inspectDocuments(
  tables: Iterable<TableDecision>, source: Source, signal: AbortSignal,
): Promise<{readonly problems: readonly Problem[]; readonly warnings: readonly string[]}> {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  for (const one of tables) {
    if (one.kind !== 'decided') continue;
    const {source: decided, decisions} = one;
    if (!decisions.some(({use}) => use?.json)) continue;
    // What another transform has made is not there to be looked at yet.
    const schema = (await source.discover(signal, {wants: name => name === decided.table})).tables.find(({table}) => table === decided.table);
    if (schema === undefined) continue;
    const checks = decisions.flatMap(({column, use}) =>
      (use?.json && schema.columns.some(({name}) => name === column) ? [{column, check: checkDocuments(use.json, `${schema.table}.${column}`)}] : []));
    if (checks.length === 0) continue;
    const wanted = new Set([...checks.map(({column}) => column), ...schema.primaryKey]);
    const read: Schema = {...schema, columns: schema.columns.filter(({name}) => wanted.has(name))};
    const at = checks.map(({column}) => read.columns.findIndex(({name}) => name === column));
    let seen = 0;
    for await (const {rows} of source.read({schema: read, after: null, limit: ROWS, ...limits}, signal)) {
      for (const row of rows) {
        for (const [i, {check}] of checks.entries()) {
          const document = row[at[i]!];
          if (typeof document === 'string') check.see(document);
        }
      }
      if ((seen += rows.length) >= ROWS) break;
    }
    for (const {check} of checks) {
      const result = check.result();
      problems.push(...result.problems);
      warnings.push(...result.warnings);
    }
  }
  return {problems, warnings};
}
