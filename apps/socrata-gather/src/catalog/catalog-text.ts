import type {Listing} from '@sluice/connector-socrata';
import {count, counted} from '@sluice/report';
import type {Described} from './described.ts';

/** A line for each data set. */
export function listText({entries, total}: Listing, width: number): string {
  if (entries.length === 0) return 'nothing was found\n';
  const lines = aligned([['ID', 'CHANGED', 'COLUMNS', 'NAME'], ...entries.map(({id, updatedAt, columns, name}) => [id, updatedAt?.slice(0, 10) ?? '', count(columns), oneLine(name)])], width);
  return lines + (total > entries.length ? `${count(total - entries.length)} more: --limit, --search\n` : '');
}

/** What a data set holds, for people. */
export function describedText({schema: {comment = '', columns, primaryKey}, rows, lastUpdated, omissions}: Described, width: number): string {
  const table = aligned([['COLUMN', 'TYPE', 'BECOMES', ''], ...columns.map(({name, native, type, comment: said = ''}) => [name, native?.sql ?? type, type, oneLine(said)])], width);
  const left = omissions.map(({name, reason}) => `not read: ${name}: ${reason}\n`).join('');
  return `${oneLine(comment).slice(0, 4 * width)}\n${counted(rows, 'row')}${lastUpdated === null ? '' : `, the last change ${lastUpdated}`}; the key is ${primaryKey.join(', ')}\n\n${table}${left}`;
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** Columns under each other; the last one takes what room there is. */
function aligned(rows: readonly (readonly string[])[], width: number): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)));
  return rows.map(row => `${clipped(row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd(), width)}\n`).join('');
}

const clipped = (line: string, width: number) => (line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`);
