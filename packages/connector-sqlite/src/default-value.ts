import type {Column} from '@sluice/core';
import {dialectNamed, quoteBytes, quoteText, translateExpression, type Translation} from '@sluice/sql';
import type {Storage} from './types.ts';

/** The SQL behind DEFAULT for a column that has one, in the form in which its values are stored. */
export function defaultOf(column: Column, storage: Storage): Translation {
  const {default: given} = column;
  if (!given) return {reason: 'there is none'};
  if (given.kind === 'literal') {
    const sql = literal(given.text, column, storage);
    return sql === null ? {reason: `its text is no ${column.type}`} : {sql, assumes: []};
  }
  const from = dialectNamed(given.dialect);
  if (!from) return {reason: `SQL of ${given.dialect} is not translated`};
  // MySQL's own time is the session's in a column without a zone, and UTC in one with it.
  const now = column.type === 'timestamptz' ? 'utc' : 'local';
  const translated = translateExpression(given.sql, from.name, 'sqlite', {columns: [], now});
  if ('reason' in translated) return translated;
  return {...translated, sql: /^current_(timestamp|date|time)$/i.test(translated.sql) ? translated.sql : `(${translated.sql})`};
}

function literal(text: string, column: Column, storage: Storage): string | null {
  switch (storage) {
    case 'boolean':
      if (/^(1|true)$/i.test(text)) return '1';
      return /^(0|false)$/i.test(text) ? '0' : null;
    case 'integer': return /^-?\d{1,19}$/.test(text) ? text : null;
    case 'unsigned':
      if (!/^\d{1,20}$/.test(text)) return null;
      return BigInt(text) < 2n ** 63n ? text : quoteText('sqlite', text.padStart(20, '0'));
    case 'real': case 'number': return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : null;
    case 'blob': return quoteBytes(new TextEncoder().encode(text));
    case 'text':
      if (column.type === 'decimal' && !/^-?\d+(\.\d+)?$/.test(text)) return null;
      return parenthesized(quoteText('sqlite', text));
    case 'any': return parenthesized(quoteText('sqlite', text));
  }
}

/** DEFAULT takes a literal bare, and any other expression in parentheses. */
function parenthesized(sql: string): string {
  return sql.startsWith("'") ? sql : `(${sql})`;
}
