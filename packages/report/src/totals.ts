import {createHash} from 'node:crypto';
import type {ColumnEffect, RunReport, TableReport} from '@sluice/core';

/** What all tables of a run come to. */
export interface Totals {
  readonly tables: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  readonly dropped: number;
  readonly blanked: number;
  readonly changed: number;
  readonly added: number;
}

export function totalsOf({tables}: Pick<RunReport, 'tables'>): Totals {
  const sum = (of: (table: TableReport) => number) => tables.reduce((total, table) => total + of(table), 0);
  return {
    tables: tables.length,
    rowsRead: sum(table => table.rowsRead),
    rowsWritten: sum(table => table.rowsWritten),
    rowsQuarantined: sum(table => table.rowsQuarantined),
    dropped: sum(table => effects(table, 'dropped')),
    blanked: sum(table => effects(table, 'blanked')),
    changed: sum(table => effects(table, 'changed')),
    added: sum(table => effects(table, 'added')),
  };
}

/** How many columns of a table met this effect. */
export const effects = (table: TableReport, effect: ColumnEffect['effect']): number =>
  table.effects.filter(each => each.effect === effect).length;

/**
 * One digest for the whole copy: SHA-256, in hex, over the line `digest, two spaces, table, LF` of
 * each table, sorted by the bytes of the table's name. Null unless every table was verified.
 */
export function digestOf({tables}: Pick<RunReport, 'tables'>): string | null {
  if (tables.length === 0 || tables.some(table => table.digest === null || !table.verified)) return null;
  const lines = tables.map(table => ({name: Buffer.from(table.target), line: `${table.digest}  ${table.target}\n`}));
  lines.sort((a, b) => Buffer.compare(a.name, b.name));
  return createHash('sha256').update(lines.map(({line}) => line).join('')).digest('hex');
}
