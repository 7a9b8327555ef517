import {ErrorCode, PipelineError, type Column, type PackedRows, type Row, type Value} from '@sluice/core';
import {RowEncoder, TAG} from './encode.ts';

/** Encodes rows, for whoever takes them packed. */
export function packRows(columns: readonly Column[], rows: readonly Row[]): PackedRows {
  const parts: Buffer[] = [];
  let end = 0;
  const encoder = new RowEncoder(columns, bytes => {
    parts.push(Buffer.from(bytes));
    end += bytes.length;
  });
  const starts = new Uint32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) {
    encoder.encode(row);
    encoder.flush();
    starts[i + 1] = end;
  }
  return {bytes: Buffer.concat(parts, end), starts, rows: rows.length};
}

/** What packed rows are rows of, for errors. */
export interface PackedPlace {
  readonly table: string;
  /** So many rows of the table came earlier. */
  readonly before: number;
}

/** The values of packed rows. Throws VALUE for text that is no UTF-8, with the column and, where the place is given, the row. */
export function unpackRows(columns: readonly Column[], packed: PackedRows, place?: PackedPlace): Row[] {
  return Array.from({length: packed.rows}, (_, i) => unpack(columns, packed, i, ({name: column}, bytes) => {
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      const row = place && {table: place.table, row: place.before + i};
      throw new PipelineError(ErrorCode.VALUE, `${row ? `row ${row.row + 1} of table ${row.table}: ` : ''}column ${column} holds text that is not Unicode`, {
        ...row, column, cause, remedy: 'repair the text at the source, or drop the column',
      });
    }
  }));
}

/** The values of one of them, as a driver reads them: bytes that are no UTF-8 are replaced. Only for whom the source's own look at its text is enough. */
export function unpackRow(columns: readonly Column[], packed: PackedRows, i: number): Row {
  return unpack(columns, packed, i, (_, bytes) => lenient.decode(bytes));
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
const lenient = new TextDecoder('utf-8', {ignoreBOM: true});

function unpack(columns: readonly Column[], {bytes, starts}: PackedRows, i: number, textOf: (column: Column, bytes: Uint8Array) => string): Row {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = starts[i]!;
  const row = columns.map((column): Value => {
    const tag = bytes[at++];
    switch (tag) {
      case TAG.null: return null;
      case TAG.false: return false;
      case TAG.true: return true;
      case TAG.float: return view.getFloat64((at += 8) - 8, true);
      case TAG.int: return integer(view.getBigInt64((at += 8) - 8, true), column);
      case TAG.uint: return view.getBigUint64((at += 8) - 8, true);
      case TAG.text: case TAG.bytes: {
        const from = at + 4;
        const content = bytes.subarray(from, at = from + view.getUint32(at, true));
        return tag === TAG.bytes ? Uint8Array.from(content) : textOf(column, content);
      }
      default: throw new Error('what is packed is no row');
    }
  });
  if (at !== starts[i + 1]) throw new Error('a packed row has other columns');
  return row;
}

/** In columns of any type an integer is always a bigint (core, `ColumnType`). */
function integer(value: bigint, {type}: Column): number | bigint {
  const number = Number(value);
  return type !== 'any' && Number.isSafeInteger(number) ? number : value;
}
