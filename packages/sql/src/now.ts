import {refuse, type Expression} from './syntax.ts';
import type {DialectName} from './dialect.ts';

/**
 * The time of the statement as a default, in the canonical form of its type; null when the expression
 * is something else. SQLite knows milliseconds: further digits are zeros.
 */
export function translateNow(expression: Expression, from: DialectName, to: DialectName, now: 'utc' | 'local'): string | null {
  return to === 'sqlite' ? forSqlite(expression, now) : from === 'sqlite' ? forMysql(expression, now) : null;
}

type Now = Extract<Expression, {kind: 'now'}>;

function forSqlite(expression: Expression, now: 'utc' | 'local'): string | null {
  const utc = utcCall(expression);
  if (utc) return written(utc, 'utc');
  return expression.kind === 'now' ? written(expression, now) : null;
}

/** MySQL's own UTC_TIMESTAMP and its like. */
function utcCall(expression: Expression): Now | null {
  const match = expression.kind === 'call' ? /^utc_(date|time|timestamp)$/.exec(expression.name) : null;
  if (!match || expression.kind !== 'call') return null;
  const [digits] = expression.arguments;
  return {kind: 'now', type: match[1] as Now['type'], digits: digits?.kind === 'number' ? Number(digits.text) : 0};
}

function written({type, digits}: Now, now: 'utc' | 'local'): string {
  const zone = now === 'local' ? ", 'localtime'" : '';
  if (type === 'date') return now === 'utc' ? 'CURRENT_DATE' : `date('now'${zone})`;
  if (type === 'time' && digits === 0) return now === 'utc' ? 'CURRENT_TIME' : `time('now'${zone})`;
  if (type === 'timestamp' && digits === 0) return now === 'utc' ? 'CURRENT_TIMESTAMP' : `datetime('now'${zone})`;
  const [form, width] = type === 'time' ? ['%H:%M:%f', 9] : ['%Y-%m-%d %H:%M:%f', 20];
  if (digits < 3) return `substr(strftime('${form}', 'now'${zone}), 1, ${width + digits})`;
  return `strftime('${form}${'0'.repeat(digits - 3)}', 'now'${zone})`;
}

/** What {@link written} writes, and nothing else. A place with a zone takes MySQL's own time, which it stores in UTC. */
function forMysql(expression: Expression, now: 'utc' | 'local'): string | null {
  for (const zone of ['utc', 'local'] as const) {
    for (const type of ['date', 'time', 'timestamp'] as const) {
      for (let digits = 0; digits <= (type === 'date' ? 0 : 6); digits++) {
        if (!isSame(expression, written({kind: 'now', type, digits}, zone))) continue;
        if (zone !== now && zone === 'local') refuse('it takes the local time where UTC is kept');
        return `${zone === now ? 'current' : 'utc'}_${type}(${digits || ''})`;
      }
    }
  }
  return null;
}

function isSame(expression: Expression, sql: string): boolean {
  const print = (value: Expression): string => {
    switch (value.kind) {
      case 'now': return `CURRENT_${value.type.toUpperCase()}`;
      case 'string': return `'${value.text}'`;
      case 'number': return value.text;
      case 'call': return `${value.name}(${value.arguments.map(print).join(', ')})`;
      default: return '?';
    }
  };
  return print(expression) === sql;
}
