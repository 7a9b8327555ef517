import type {Verification, VerifiedTable} from '@sluice/verify';
import {columns, count, counted, printable} from './text.ts';

/** Tables that get a line in the table below the differences. */
const LINES = 20;
/** Columns that are named in a line. */
const NAMED = 6;

/** A comparison for people: a line per table that differs, a short table, one sentence. */
export function verificationText({tables, totals, status, left, right, seconds}: Verification): string {
  const lines: string[] = [];
  for (const table of tables) {
    if (table.status !== 'equal' || table.repair) lines.push(`${printable(table.name)}: ${describe(table)}`);
  }
  const read = tables.filter(({rows}) => rows !== null);
  if (read.length > 0) {
    const ranked = [...read].sort((a, b) => Number(a.status === 'equal') - Number(b.status === 'equal'));
    const shown = ranked.slice(0, LINES);
    if (lines.length > 0) lines.push('');
    lines.push(...columns([
      ['Table', 'Source', 'Destination', 'Differ', 'Missing', 'Extra', ''],
      ...shown.map(({name, rows, differing, missing, extra, status: verdict}) => [printable(name), count(rows!.left), count(rows!.right), count(differing), count(missing), count(extra), verdict]),
      ...(ranked.length > shown.length ? [[`and ${counted(ranked.length - shown.length, 'more table')}`, '', '', '', '', '', ranked.slice(LINES).every(table => table.status === 'equal') ? 'equal' : '']] : []),
    ]));
  }
  if (lines.length > 0) lines.push('');
  const rows = `${counted(totals.rows.left, 'row')}, ${seconds.toFixed(1)} s`;
  const bad = totals.tables - totals.equal;
  lines.push(status === 'equal'
    ? `${printable(right.label)} is equal to ${printable(left.label)}${totals.repaired > 0 ? `, after a repair of ${counted(totals.repaired, 'table')}` : ''}: ${counted(totals.tables, 'table')}, ${rows}.`
    : `${printable(right.label)} differs from ${printable(left.label)} in ${count(bad)} of ${counted(totals.tables, 'table')} (${rows}).`);
  return `${lines.join('\n')}\n`;
}

function describe(table: VerifiedTable): string {
  const {status, differing, missing, extra, columns: all, onlyLeft, onlyRight, repair} = table;
  if (status === 'missing') return 'only at the source';
  if (status === 'extra') return 'only at the destination';
  const parts: string[] = [];
  if (differing > 0) parts.push(`${counted(differing, 'row')} ${differing === 1 ? 'differs' : 'differ'}${named(all.filter(column => column.differing > 0).map(({name, differing: n}) => `${printable(name)}: ${count(n)}`))}`);
  if (missing > 0) parts.push(`${counted(missing, 'row')} missing`);
  if (extra > 0) parts.push(`${counted(extra, 'row')} too many`);
  if (onlyLeft.length > 0) parts.push(`${counted(onlyLeft.length, 'column')} only at the source${named(onlyLeft.map(printable))}`);
  if (onlyRight.length > 0) parts.push(`${counted(onlyRight.length, 'column')} only at the destination${named(onlyRight.map(printable))}`);
  const never = all.filter(({comparedAs}) => comparedAs === null).map(({name}) => printable(name));
  if (never.length > 0) parts.push(`${counted(never.length, 'column')} cannot be compared${named(never)}`);
  if (repair?.status === 'repaired') parts.push(`repaired: ${counted(repair.written, 'row')} written, ${count(repair.deleted)} deleted`);
  else if (repair) parts.push(`not repaired: ${printable(repair.reason ?? '')}`);
  return parts.join('; ');
}

function named(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.length === 0 ? '' : ` (${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''})`;
}
