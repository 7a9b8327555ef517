import type {Assumption} from '@sluice/sql';
import type {Database} from 'better-sqlite3';
import type {ProvenParts} from './ddl.ts';
import {codeOf} from './errors.ts';
import type {Omit} from './plan-load.ts';
import {quote} from './quote.ts';
import type {TablePlan} from './table-plan.ts';

/** The checks that every row passes, and the generated columns that SQLite computes exactly as they came. */
export function proveRows(db: Database, plan: TablePlan, omit: Omit): Pick<ProvenParts, 'checks' | 'generated'> {
  const {table} = plan.schema;
  const generated = plan.columns.filter(column => column.generated !== null);
  // BINARY, or NOCASE would take other letters for the same. A check that is null passes.
  const sql = [
    ...plan.checks.map(check => `NOT (${check.sql})`),
    ...generated.map(column => `${quote(column.name)} COLLATE BINARY IS NOT (${column.generated})`),
  ];
  const verdicts = contradictions(db, plan.name, sql);
  const standing = <T>(parts: readonly T[], offset: number, lost: (part: T, reason: string) => void) => parts.filter((part, i) => {
    const verdict = verdicts[offset + i]!;
    if (verdict === 'error') lost(part, 'SQLite cannot compute it for every row');
    if (verdict === true) lost(part, 'rows contradict it in SQLite');
    return verdict === false;
  });
  return {
    checks: standing(plan.checks, 0, (check, reason) => omit(table, 'check', check.name, reason)),
    generated: new Set(standing(generated, plan.checks.length, (column, reason) => omit(table, 'generated', column.column.name, `kept as plain values: ${reason}`))),
  };
}

/** For each condition whether some row meets it; one scan for all of them where none of them fails. */
function contradictions(db: Database, table: string, conditions: readonly string[]): (boolean | 'error')[] {
  if (conditions.length === 0) return [];
  const ask = (some: readonly string[]) =>
    (db.prepare(`SELECT ${some.map(sql => `max(${sql})`).join(', ')} FROM ${quote(table)}`).raw().get() as (number | null)[]).map(found => found === 1);
  const attempt = (some: readonly string[]): (boolean | 'error')[] => {
    try {
      return ask(some);
    } catch (error) {
      if (codeOf(error) === null) throw error;
      return some.length === 1 ? ['error'] : some.flatMap(sql => attempt([sql]));
    }
  };
  return attempt(conditions);
}

/** The first assumption that the rows contradict, as a reason; null when all hold. */
export function contradicted(db: Database, assumes: readonly Assumption[]): string | null {
  for (const {table, column, kind} of assumes) {
    const name = quote(column);
    // length() stops at a NUL and counts characters: equal to the bytes only when all of them are ASCII and none is NUL.
    const bad = {
      'ascii': `octet_length(${name}) <> length(${name}) OR ${name} GLOB '*[^ -~]*' OR ${name} GLOB '* '`,
      'no trailing blanks': `${name} GLOB '* ' OR instr(${name}, char(0)) > 0`,
      'no NUL': `instr(${name}, char(0)) > 0`,
    }[kind];
    if (db.prepare(`SELECT 1 FROM ${quote(table!)} WHERE ${bad} LIMIT 1`).get() !== undefined) {
      return `column ${column} of ${table} holds text that SQLite compares in another way`;
    }
  }
  return null;
}
