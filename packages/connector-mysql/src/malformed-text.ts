import {isUtf8} from 'node:buffer';
import {ErrorCode, PipelineError, type Row, type Value} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import type {TextDoubt} from './describe-column.ts';
import type {Session} from './session.ts';

export interface DoubtfulColumn {
  readonly at: number;
  readonly name: string;
  readonly doubt: TextDoubt;
}

/** What a decoder puts where bytes are no UTF-8; but it may also stand in the data itself. */
const REPLACEMENT = '\uFFFD';
/** Surrogates in UTF-8 start with ED and a byte from A0 on; no other malformed bytes pass the servers. */
const SURROGATE_LEAD = 0xed;
const SURROGATE_SECOND = 0xa0;

/**
 * Notices text that arrived as something else (see `TextDoubt`). Values that look like it put
 * their column on a list; at the end of the table those columns are looked at once more. The
 * values are not even looked at until the bytes on the wire could be a surrogate.
 */
export class MalformedText {
  readonly #columns: readonly DoubtfulColumn[];
  readonly #suspects = new Set<DoubtfulColumn>();
  #surrogatesSeen = false;
  #lead = false;
  /** Shown every chunk from the wire; absent when no column could hold a surrogate. */
  readonly peek?: (chunk: Buffer) => void;

  constructor(columns: readonly DoubtfulColumn[]) {
    this.#columns = columns;
    if (columns.some(column => column.doubt === 'surrogates')) this.peek = chunk => this.#peek(chunk);
  }

  look(rows: readonly Row[]): void {
    for (const column of this.#columns) {
      const unmapped = column.doubt === 'unmapped';
      if (this.#suspects.has(column) || !(unmapped || this.#surrogatesSeen)) continue;
      const {at} = column;
      for (const row of rows) {
        const value = row[at];
        if (typeof value !== 'string' || !(value.includes(REPLACEMENT) || (unmapped && value.includes('?')))) continue;
        this.#suspects.add(column);
        break;
      }
    }
  }

  /** For rows whose values nobody looks at: once the bytes on the wire could be a surrogate, every column is a suspect that could hold one. */
  lookPacked(): void {
    if (this.#surrogatesSeen) for (const column of this.#columns) this.#suspects.add(column);
  }

  /** Looks at the suspects again: the same rows, from the same snapshot. Throws VALUE. */
  async verify(session: Session, table: string, rows: {readonly where: string | null; readonly tail: string}, signal: AbortSignal): Promise<void> {
    for (const {name, doubt} of this.#suspects) {
      const row = doubt === 'unmapped'
        ? await countUnmapped(session, table, name, rows.where, signal) > 0 ? null : undefined
        : await findSurrogate(session, table, name, rows.tail, signal);
      if (row === undefined) continue;
      throw new PipelineError(ErrorCode.VALUE, `column ${name} of table ${table} holds text that is not Unicode`, {
        table, column: name, ...(row !== null && {row}), remedy: 'repair the text at the source, or drop the column',
      });
    }
  }

  #peek(chunk: Buffer): void {
    if (this.#surrogatesSeen) return;
    if (this.#lead && chunk[0]! >= SURROGATE_SECOND) this.#surrogatesSeen = true;
    let at = chunk.indexOf(SURROGATE_LEAD);
    while (at >= 0 && at < chunk.length - 1) {
      if (chunk[at + 1]! >= SURROGATE_SECOND) {
        this.#surrogatesSeen = true;
        return;
      }
      at = chunk.indexOf(SURROGATE_LEAD, at + 1);
    }
    this.#lead = at >= 0;
  }
}

/** The ordinal of the first row whose text is no UTF-8, read as bytes; undefined when all are. */
function findSurrogate(session: Session, table: string, name: string, tail: string, signal: AbortSignal): Promise<number | undefined> {
  const sql = `SELECT ${quoteIdentifier('mysql', name)} AS c0 FROM ${quoteIdentifier('mysql', table)}${tail}`;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    let row = 0;
    let bad: number | undefined;
    session.start({sql, typeCast: field => field.buffer()}, {table}, {
      row([value]: Value[]) {
        if (bad === undefined && value instanceof Uint8Array && !isUtf8(value)) bad = row;
        row++;
      },
      end: error => error === null ? resolve(bad) : reject(error),
    });
  });
}

/** How many rows have more question marks after conversion than before, or a replacement character. */
async function countUnmapped(session: Session, table: string, name: string, where: string | null, signal: AbortSignal): Promise<number> {
  const column = quoteIdentifier('mysql', name);
  const unicode = `CONVERT(${column} USING utf8mb4)`;
  const marks = (text: string) => `CHAR_LENGTH(${text}) - CHAR_LENGTH(REPLACE(${text}, '?', ''))`;
  const [row] = await session.rows(
    `SELECT COUNT(*) FROM ${quoteIdentifier('mysql', table)} AS t WHERE ${where === null ? '' : `(${where}) AND `}` +
    `(${marks(column)} <> ${marks(unicode)} OR LOCATE(x'efbfbd', CAST(${unicode} AS BINARY)) > 0)`, signal, {table});
  return Number(row?.[0]);
}
