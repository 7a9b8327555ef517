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

/** The values of packed rows. Throws VALUE, with the column, for text that is no UTF-8. */
export function unpackRows(columns: readonly Column[], packed: PackedRows): Row[] {
  return Array.from({length: packed.rows}, (_, i) => unpackRow(columns, packed, i));
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

/** The values of one of them. Throws as `unpackRows` does. */
export function unpackRow(columns: readonly Column[], {bytes, starts}: PackedRows, i: number): Row {
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
        return tag === TAG.bytes ? Uint8Array.from(content) : text(content, column);
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

function text(bytes: Uint8Array, {name}: Column): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new PipelineError(ErrorCode.VALUE, `column ${name} holds text that is not Unicode`, {column: name, cause: error, remedy: 'repair the text at the source, or drop the column'});
  }
}
