import {must} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import type {Session} from './session.ts';
import type {TargetColumn} from './target-column.ts';
import type {TargetType} from './target-type.ts';

const INTEGER_BYTES: Readonly<Record<string, number>> = {tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8};
/** What a type holds at most, in characters or bytes: those of one list by their place, before them the ones of a declared length. */
const TEXTS = ['varchar', 'tinytext', 'text', 'mediumtext', 'longtext'], BLOBS = ['varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'];
/** The most bytes of the types that need no declared length, by their place in the lists above. */
const MOST = [0, 255, 65_535, 16_777_215, 4_294_967_295];
const UTF8_BYTES = 4;

/** A type as the server prints it, without a collation. */
interface Printed {
  readonly base: string;
  readonly numbers: readonly number[];
  readonly unsigned: boolean;
}

function printed(sql: string): Printed | null {
  const match = /^([a-z]+)(?:\(([\d,]+)\))?( unsigned)?(?: collate \S+)?$/i.exec(sql);
  return match && {base: match[1]!.toLowerCase(), numbers: (match[2] ?? '').split(',').filter(Boolean).map(Number), unsigned: match[3] !== undefined};
}

/** The planned type without a collation, where every value of the type that is there is one of it, too, printed as it was, and there are more of them; else null. */
export function widened(now: string, planned: TargetType): string | null {
  const is = printed(now);
  if (!is) return null;
  const from = INTEGER_BYTES[is.base], to = INTEGER_BYTES[planned.base];
  if (from !== undefined) {
    const fits = to !== undefined && to > from && (is.unsigned || !planned.unsigned);
    return fits ? `${planned.base}${planned.unsigned ? ' unsigned' : ''}` : null;
  }
  if (is.base === 'decimal') {
    const [precision = 10, scale = 0] = is.numbers;
    const fits = planned.base === 'decimal' && !is.unsigned && planned.precision !== null && planned.precision > precision && (planned.scale ?? 0) === scale;
    return fits ? `decimal(${planned.precision},${scale})` : null;
  }
  for (const [list, unit] of [[TEXTS, UTF8_BYTES], [BLOBS, 1]] as const) {
    const at = list.indexOf(is.base), next = list.indexOf(planned.base);
    if (at < 0 || next < 0) continue;
    if (at > 0) return next > at ? planned.base : null;
    const length = is.numbers[0]!;
    if (next === 0) return planned.length !== null && planned.length > length ? `${planned.base}(${planned.length})` : null;
    return MOST[next]! >= length * unit ? planned.base : null;
  }
  return null;
}

/** Columns, in lower case, that foreign keys of this or other tables hang on: their types have to stay alike. */
export async function keyedColumns(session: Session, table: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const name = quoteText('mysql', table);
  const rows = await session.rows(
    `SELECT REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = ${name}
      UNION SELECT COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name} AND REFERENCED_TABLE_NAME IS NOT NULL`, signal, {table});
  return new Set(rows.map(([column]) => String(column).toLowerCase()));
}

/** The end of ALTER TABLE that makes columns wider: all that the server says of each of them, with another type. */
export async function widenSql(session: Session, target: string, columns: readonly TargetColumn[], signal: AbortSignal): Promise<string[]> {
  if (columns.length === 0) return [];
  const [row] = await session.rows(`SHOW CREATE TABLE ${quoteIdentifier('mysql', target)}`, signal, {table: target});
  const lines = String(row?.[1]).split('\n').map(line => line.trim().replace(/,$/, ''));
  return columns.map(({column, type}) => {
    const start = `${quoteIdentifier('mysql', column.name)} `.toLowerCase();
    const line = must(lines.find(each => each.toLowerCase().startsWith(start)), 'the definition of a column');
    const definition = line.slice(start.length);
    const now = must(/^[a-z]+(?:\([\d,]+\))?(?: unsigned)?/i.exec(definition)?.[0], 'the type of a column');
    return `MODIFY ${line.slice(0, start.length)}${must(widened(now, type), 'a wider type')}${definition.slice(now.length)}`;
  });
}
