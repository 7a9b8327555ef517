import {ErrorCode, PipelineError, type Row} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import type {Bound} from './bind.ts';
import type {DescribedTable} from './describe-table.ts';
import {quote} from './quote.ts';
import type {Storage} from './types.ts';

const REPLACEMENT = '\ufffd';

/**
 * SQLite does not hold text to its encoding, and the driver replaces what is none in silence. So
 * each text that shows the replacement character is compared with its bytes; a difference throws
 * VALUE. Costs nothing for the others: a search in a string of one byte a character ends at once.
 */
export function checkText(db: Database, {schema, paging}: DescribedTable, columns: readonly {readonly name: string; readonly storage: Storage}[]) {
  const {table} = schema;
  const encoding = String(db.pragma('encoding', {simple: true}));
  const texts = columns.flatMap(({name, storage}, at) => (storage === 'text' || storage === 'any' ? [{name, at}] : []));
  const key = paging.by === 'rowid' ? [paging.name] : paging.by === 'key' ? paging.columns.map(({name}) => quote(name)) : [];
  const refuse = (column: string) => new PipelineError(ErrorCode.VALUE, `column ${column} of table ${table} holds text that is not ${encoding}`, {
    table, column, remedy: 'mend it, or declare it a BLOB, in the source; nothing was changed',
  });

  return (rows: readonly Row[], keyOf: (row: Row) => readonly Bound[]): void => {
    for (const {name, at} of texts) {
      for (const row of rows) {
        const value = row[at];
        if (typeof value !== 'string' || !value.includes(REPLACEMENT)) continue;
        // Without a key the row cannot be found again: rather refuse what may be right.
        if (key.length === 0) throw refuse(name);
        const bytes = db.prepare(`SELECT CAST(${quote(name)} AS BLOB) FROM ${quote(table)} WHERE ${key.map(part => `${part} IS ?`).join(' AND ')}`)
          .pluck().get(...keyOf(row)) as Uint8Array;
        if (!Buffer.from(bytes).equals(encode(value, encoding))) throw refuse(name);
      }
    }
  };
}

function encode(text: string, encoding: string): Buffer {
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'UTF-16be' ? bytes.swap16() : bytes;
}
