import type {Column, ColumnDefault, Omission, SqlText} from '@sluice/core';
import {dialectNamed, quoteIdentifier, quoteText, translateExpression} from '@sluice/sql';
import {withoutIntroducers} from './introducers.ts';
import type {TargetServer, TargetType} from './target-type.ts';

/** A column as it is made: what can be tried, and what is left when the server refuses an expression. */
export interface TargetColumn {
  readonly column: Column;
  readonly type: TargetType;
  /** SQL of a generated column; such a column gets no values. */
  readonly generated: {readonly sql: string; readonly stored: boolean} | null;
  readonly default: {readonly sql: string; readonly isExpression: boolean} | null;
  readonly comment: string | null;
  readonly autoIncrement: boolean;
}

/** The most characters a comment may have (MySQL 9 manual, 15.1.20). */
const MAX_COLUMN_COMMENT = 1024;
/** Types whose constant default MySQL takes as an expression only. */
const NO_LITERAL_DEFAULT = /^(?:tiny|medium|long)?(?:text|blob)$|^json$|^vector$|^(?:multi)?(?:point|linestring|polygon)$|^geometry/;

export function targetColumn(
  column: Column, type: TargetType, siblings: readonly Column[], server: TargetServer,
  omit: (kind: Omission['kind'], reason: string) => void,
): TargetColumn {
  const expression = (text: SqlText, kind: Omission['kind']): string | null => {
    // A default may take the time of the statement: columns with a zone in UTC, others as the session has it.
    const now = kind === 'default' ? (column.type === 'timestamptz' ? 'utc' : 'local') : undefined;
    const translated = translate(text, siblings, server, now);
    if ('sql' in translated) return translated.sql;
    omit(kind, translated.reason);
    return null;
  };
  const generatedSql = column.generated ? expression(column.generated, 'generated') : null;
  const generated = column.generated && generatedSql !== null ? {sql: generatedSql, stored: column.generated.stored} : null;
  const value = generated || !column.default ? null : defaultSql(column, column.default, type, server, expression, omit);
  const comment = column.comment ?? null;
  if (comment !== null && comment.length > MAX_COLUMN_COMMENT) omit('comment', 'it is longer than 1,024 characters');
  return {
    column, type, generated, default: value,
    comment: comment !== null && comment.length <= MAX_COLUMN_COMMENT ? comment : null,
    autoIncrement: column.autoIncrement === true && column.type === 'int' && !generated,
  };
}

/** What may be left out of a column's definition after a refusal. */
export interface Concessions {
  readonly generated: boolean;
  readonly expressions: boolean;
}

export function columnSql(target: TargetColumn, {generated, expressions}: Concessions): string {
  const {column, type} = target;
  const parts = [quoteIdentifier('mysql', column.name), type.sql];
  if (target.generated && !generated) {
    parts.push(`GENERATED ALWAYS AS (${target.generated.sql}) ${target.generated.stored ? 'STORED' : 'VIRTUAL'}`);
    // MariaDB allows no NOT NULL here; the expression decides.
  } else {
    parts.push(column.nullable ? 'NULL' : 'NOT NULL');
    if (target.default && !(target.default.isExpression && expressions)) parts.push(`DEFAULT ${target.default.sql}`);
    else if (column.nullable && type.base === 'timestamp') parts.push('DEFAULT NULL');
    if (target.autoIncrement) parts.push('AUTO_INCREMENT');
  }
  if (target.comment !== null) parts.push(`COMMENT ${quoteText('mysql', target.comment)}`);
  return parts.join(' ');
}

/** SQL of another system, or why it does not travel. The two MySQLs understand each other, but for details a server refuses by itself. */
export function translate(
  text: SqlText, siblings: readonly Column[], server: TargetServer, now?: 'utc' | 'local',
): {readonly sql: string} | {readonly reason: string} {
  const from = dialectNamed(text.dialect)?.name;
  if (from === undefined || from === 'postgres') return {reason: `the SQL of ${text.dialect} is not known here`};
  if (from !== 'sqlite') return {sql: from === 'mysql' && server.flavor === 'mariadb' ? withoutIntroducers(text.sql) : text.sql};
  const translated = translateExpression(text.sql, from, server.flavor, {columns: siblings.map(column => ({column})), ...(now && {now})});
  if ('reason' in translated) return translated;
  if (translated.assumes.length > 0) return {reason: 'it would mean something else here for some values'};
  return {sql: translated.sql};
}

function defaultSql(
  column: Column, value: ColumnDefault, type: TargetType, server: TargetServer,
  expression: (text: SqlText, kind: Omission['kind']) => string | null, omit: (kind: Omission['kind'], reason: string) => void,
): TargetColumn['default'] {
  if (column.autoIncrement) return null;
  if (value.kind === 'expression') {
    const now = /^\(?current_timestamp(?:\(\d*\))?\)?$/i.test(value.sql);
    if (now && (type.base === 'timestamp' || type.base === 'datetime')) {
      const fraction = /\((\d)\)/.exec(type.sql)?.[1];
      return {sql: `CURRENT_TIMESTAMP${fraction === undefined ? '' : `(${fraction})`}`, isExpression: true};
    }
    const sql = expression(value, 'default');
    return sql === null ? null : {sql: `(${sql})`, isExpression: true};
  }
  const literal = literalSql(column, value.text);
  if (literal === null) {
    omit('default', 'it is not a value of its type');
    return null;
  }
  const wrap = server.flavor === 'mysql' && NO_LITERAL_DEFAULT.test(type.base);
  return {sql: wrap ? `(${literal})` : literal, isExpression: wrap};
}

function literalSql(column: Column, text: string): string | null {
  switch (column.type) {
    case 'bool': return text === 'true' || text === '1' ? '1' : text === 'false' || text === '0' ? '0' : null;
    case 'int': case 'float': case 'decimal': return /^-?\d+(\.\d*)?(e[-+]?\d+)?$/i.test(text) ? (column.native?.sql === 'year' ? quoteText('mysql', text) : text) : null;
    case 'bytes': case 'any': return null;
    default: return quoteText('mysql', text);
  }
}
