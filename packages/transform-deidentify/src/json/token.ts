import type {ColumnType, Value} from '@sluice/core';
import type {Method} from '../methods/method.ts';
import {unescapeString, type JsonKind} from './scan.ts';

/** Longer integers than any system has: as text they cost nothing, as numbers they would. */
const MAX_DIGITS = 1000;

/** A value inside a document has a type of its own; some methods read texts only, and some nothing that can be there. */
export const typeInside = ({accepts}: Method): 'any' | 'text' | undefined => (['any', 'text'] as const).find(one => accepts.has(one));

/** A single JSON value as a row would hold it: in a column without types, or in one of texts. */
export function readToken(token: string, kind: JsonKind, type: ColumnType): Value {
  switch (kind) {
    case 'string': return unescapeString(token);
    case 'null': return null;
    case 'true': case 'false': return type === 'text' ? token : kind === 'true';
    default:
      if (type === 'text' || token.length > MAX_DIGITS) return token;
      return /^-?\d+$/u.test(token) ? BigInt(token) : Number(token);
  }
}

/** What a method made of it, as JSON. Infinities have no form there; methods for values without types give no bytes. */
export function changedToken(value: Value): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value);
    case 'number': return Number.isFinite(value) ? JSON.stringify(value) : 'null';
    case 'bigint': case 'boolean': return String(value);
    default:
      if (value === null) return 'null';
      throw new Error('bytes have no form in a document');
  }
}
