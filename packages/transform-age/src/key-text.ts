import type {Row, Value} from '@sluice/core';

export interface KeyPart {
  /** Position in the row. */
  readonly at: number;
  /** Compare as numbers, whatever the type of the value. */
  readonly asNumber: boolean;
}

/**
 * Makes a function that gives the key of a row as one text, the same for keys that are equal, null
 * when a part is NULL.
 */
export function keyReader(parts: readonly KeyPart[]): (row: Row) => string | null {
  const [first, ...rest] = parts;
  if (!first) return () => null;
  if (rest.length === 0) return row => partText(row[first.at]!, first.asNumber);
  return row => {
    let key = '';
    for (const part of parts) {
      const text = partText(row[part.at]!, part.asNumber);
      if (text === null) return null;
      key += `${text.length}:${text}`; // lengths, so that ('1', '23') and ('12', '3') differ
    }
    return key;
  };
}

function partText(value: Value, asNumber: boolean): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return asNumber ? numberText(value) : value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'object') return Buffer.from(value).toString('hex');
  return String(value);
}

/** `01001`, `+1001` and `1001.00` are 1001; what is no number stays what it is and equals no number. */
function numberText(text: string): string {
  const parts = /^\s*([+-]?)0*(\d+?)(?:\.(\d*?)0*)?\s*$/u.exec(text);
  if (!parts) return text;
  const [, sign, digits, fraction = ''] = parts;
  const number = fraction === '' ? digits! : `${digits}.${fraction}`;
  return sign === '-' && number !== '0' ? `-${number}` : number;
}
