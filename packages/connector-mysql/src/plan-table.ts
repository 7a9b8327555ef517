import {ErrorCode, PipelineError, type ColumnMapping, type ForeignKey, type Omission, type Schema} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {isImplicitJson} from './describe-column.ts';
import {movingName, planIndexes, type TargetIndex} from './plan-indexes.ts';
import type {Flavor} from './server.ts';
import {columnSql, targetColumn, translate, type Concessions, type TargetColumn} from './target-column.ts';
import {nameProblem} from './target-names.ts';
import {MAX_KEY_BYTES, targetType, type TargetServer} from './target-type.ts';

export interface TargetCheck {
  readonly name: string;
  readonly sql: string;
}

/** One table as it will be made. */
export interface TablePlan {
  readonly schema: Schema;
  readonly target: string;
  readonly columns: readonly TargetColumn[];
  readonly indexes: readonly TargetIndex[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly TargetCheck[];
  /** A primary key over the first characters of long columns, as DDL; null for one of whole columns. */
  readonly prefixKey: string | null;
  readonly omissions: readonly Omission[];
}

/** What is left out of a definition after the server refused it whole. */
export interface TableConcessions extends Concessions {
  readonly checks: boolean;
}

export const NO_CONCESSIONS: TableConcessions = {checks: false, expressions: false, generated: false};

/** Bytes of a row that VARCHARs may take; the limit is 65,535 for all columns together. */
const VARCHAR_BYTES = 40_000;
const MAX_TABLE_COMMENT = 2048;

/** Throws SCHEMA for a table that cannot be made here. */
export function planTable(schema: Schema, target: string, server: TargetServer, isLoaded: (table: string) => boolean): TablePlan {
  const {table} = schema;
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string, reason: string) => omissions.push({table, kind, name, reason});
  checkColumnNames(schema);

  const unique = new Set([
    ...schema.primaryKey,
    ...(schema.indexes ?? []).filter(index => index.unique && index.kind === undefined)
      .flatMap(index => index.parts.flatMap(part => part.column !== null && part.prefix === undefined ? [part.column] : [])),
  ]);
  let rowBytesLeft = VARCHAR_BYTES;
  const columns = schema.columns.map(column => {
    const ofColumn = (kind: Omission['kind'], reason: string) => omit(kind, column.name, reason);
    const type = targetType({column, unique: unique.has(column.name), rowBytesLeft}, server, ofColumn);
    if (!type) {
      throw new PipelineError(ErrorCode.SCHEMA, `column ${column.name} of table ${table} holds values of any type, and no MySQL type does`, {
        table, column: column.name, remedy: 'give the column a type on the way: a cast, or a declared type at the source',
      });
    }
    if (Number.isFinite(type.bytes) && type.length !== null) rowBytesLeft -= type.bytes;
    // A primary key admits no NULL here, whatever the source says.
    return targetColumn(schema.primaryKey.includes(column.name) ? {...column, nullable: false} : column, type, schema.columns, server, ofColumn);
  });
  const byName = new Map(columns.map(column => [column.column.name, column]));
  checkKeyLength(schema, byName);

  const indexes = planIndexes(schema, byName, server, omit);
  const foreignKeys = (schema.foreignKeys ?? []).filter(key => {
    if (isLoaded(key.table)) return true;
    omit('foreign key', key.name, `it refers to table ${key.table}, which is not part of this load`);
    return false;
  });
  const checks = (schema.checks ?? []).flatMap((check): TargetCheck[] => {
    const translated = translate(check, schema.columns, server);
    // `<table>_chk_` is put before the name where it is made: a name that has come from there is not given it twice.
    if ('sql' in translated) return [{name: withoutPrefix(check.name, `${table}_chk_`), sql: translated.sql}];
    omit('check', check.name, translated.reason);
    return [];
  });
  const primary = schema.primaryKey.length === 0 ? schema.indexes?.find(index => index.name === 'PRIMARY' && index.unique) : undefined;
  if (schema.comment !== undefined && schema.comment.length > MAX_TABLE_COMMENT) omit('comment', table, 'it is longer than 2,048 characters');
  return {
    schema, target, columns, indexes, foreignKeys, omissions,
    checks: [...checks, ...columns.flatMap(({column, type}): TargetCheck[] => {
      if (type.check !== 'json' || checks.some(check => isImplicitJson(check, column.name))) return [];
      return [{name: `${column.name}_is_json`, sql: `json_valid(${quoteIdentifier('mysql', column.name)})`}];
    })],
    prefixKey: primary ? primary.parts.map(part => quoteIdentifier('mysql', part.column!) + (part.prefix === undefined ? '' : `(${part.prefix})`)).join(', ') : null,
  };
}

/** `CREATE TABLE` under the given name, with the indexes that cannot wait. */
export function createTableSql(plan: TablePlan, name: string, server: TargetServer, concessions: TableConcessions, withIndexes: boolean): string {
  const {schema} = plan;
  const lines = plan.columns.map(column => columnSql(column, concessions));
  if (schema.primaryKey.length > 0) lines.push(`PRIMARY KEY (${schema.primaryKey.map(column => quoteIdentifier('mysql', column)).join(', ')})`);
  else if (plan.prefixKey !== null) lines.push(`PRIMARY KEY (${plan.prefixKey})`);
  for (const index of plan.indexes) {
    if (!index.isSpecial && (withIndexes || neededEarly(plan, index))) lines.push(index.sql);
  }
  // A counter needs a key that starts with it.
  const counter = plan.columns.find(column => column.autoIncrement)?.column.name;
  if (counter !== undefined && schema.primaryKey[0] !== counter && !plan.indexes.some(index => index.columns[0] === counter)) {
    lines.push(`KEY (${quoteIdentifier('mysql', counter)})`);
  }
  if (!concessions.checks) for (const check of plan.checks) lines.push(checkSql(check, name, server));
  const comment = schema.comment !== undefined && schema.comment.length <= MAX_TABLE_COMMENT ? ` COMMENT = ${quoteText('mysql', schema.comment)}` : '';
  return `CREATE TABLE ${quoteIdentifier('mysql', name)} (\n  ${lines.join(',\n  ')}\n) ENGINE = InnoDB DEFAULT CHARACTER SET = utf8mb4${comment}`;
}

/** Statements that add what is made after the rows: ordinary indexes at once, special ones each by itself. */
export function indexStatements(plan: TablePlan, name: string): {readonly sql: string; readonly indexes: readonly TargetIndex[]}[] {
  const table = quoteIdentifier('mysql', name);
  const late = plan.indexes.filter(index => !neededEarly(plan, index));
  const ordinary = late.filter(index => !index.isSpecial);
  return [
    ...(ordinary.length > 0 ? [{sql: `ALTER TABLE ${table} ${ordinary.map(index => `ADD ${index.sql}`).join(', ')}`, indexes: ordinary}] : []),
    ...late.filter(index => index.isSpecial).map(index => ({sql: `ALTER TABLE ${table} ADD ${index.sql}`, indexes: [index]})),
  ];
}

/** `nameOf` gives the name a table of the load has at that moment. */
export function foreignKeySql(key: ForeignKey, name: string, nameOf: (table: string) => string, constraint: string, flavor: Flavor): string {
  const list = (columns: readonly string[]) => columns.map(column => quoteIdentifier('mysql', column)).join(', ');
  // InnoDB has no SET DEFAULT. MariaDB makes NO ACTION of a RESTRICT that is spelled out while checks are off, and RESTRICT of none.
  const action = (on: string, what: ForeignKey['onDelete']) =>
    what === 'RESTRICT' && flavor === 'mariadb' ? '' : ` ON ${on} ${what === 'SET DEFAULT' ? 'NO ACTION' : what}`;
  return `ALTER TABLE ${quoteIdentifier('mysql', name)} ADD CONSTRAINT ${quoteIdentifier('mysql', constraint)} FOREIGN KEY (${list(key.columns)})`
    + ` REFERENCES ${quoteIdentifier('mysql', nameOf(key.table))} (${list(key.referencedColumns)})`
    + action('UPDATE', key.onUpdate) + action('DELETE', key.onDelete);
}

export function mappings(plan: TablePlan): ColumnMapping[] {
  return plan.columns.map(({column, type}) => ({
    column: column.name, from: column.native?.sql ?? column.type, to: type.sql, ...(type.note !== undefined && {note: type.note}),
  }));
}

const withoutPrefix = (name: string, prefix: string) => (name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name);

function neededEarly(plan: TablePlan, index: TargetIndex): boolean {
  const counter = plan.columns.find(column => column.autoIncrement)?.column.name;
  return counter !== undefined && index.columns[0] === counter && plan.schema.primaryKey[0] !== counter;
}

function checkSql(check: TargetCheck, table: string, server: TargetServer): string {
  // MariaDB's names are the table's own; MySQL's are the database's, and move with the table if they start with its name.
  const name = server.flavor === 'mariadb' ? check.name : movingName(table, 'chk', check.name);
  const constraint = name === null || nameProblem(name) !== null ? '' : `CONSTRAINT ${quoteIdentifier('mysql', name)} `;
  return `${constraint}CHECK (${check.sql})`;
}

function checkColumnNames({table, columns}: Schema): void {
  const seen = new Map<string, string>();
  for (const {name} of columns) {
    const problem = nameProblem(name);
    const other = seen.get(name.toLowerCase());
    const what = problem ?? (other === undefined ? null : `the server does not tell it from ${other}`);
    if (what !== null) {
      throw new PipelineError(ErrorCode.SCHEMA, `column ${name} of table ${table} cannot be made: ${what}`, {
        table, column: name, remedy: 'rename the column on the way',
      });
    }
    seen.set(name.toLowerCase(), name);
  }
  if (columns.length === 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has no columns, and MySQL has no such tables`, {table, remedy: 'leave the table out'});
  }
}

function checkKeyLength({table, primaryKey}: Schema, columns: ReadonlyMap<string, TargetColumn>): void {
  const bytes = primaryKey.reduce((sum, name) => sum + (columns.get(name)?.type.bytes ?? 0), 0);
  if (bytes <= MAX_KEY_BYTES) return;
  throw new PipelineError(ErrorCode.SCHEMA, `the primary key of table ${table} can be longer than the ${MAX_KEY_BYTES} bytes a key may have`, {
    table, remedy: 'declare shorter key columns at the source, or leave the key out',
  });
}
