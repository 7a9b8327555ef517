import {textComparison} from '@sluice/sql';
import {writeNote} from './comments.ts';
import {quote} from './quote.ts';
import type {CheckPlan, ColumnPlan, ForeignKeyPlan, IndexPlan, TablePlan, ViewPlan} from './table-plan.ts';

/** The parts of a table that are added once its rows prove them. */
export interface ProvenParts {
  readonly generated: ReadonlySet<ColumnPlan>;
  readonly checks: readonly CheckPlan[];
  readonly foreignKeys: readonly ForeignKeyPlan[];
}

export const noParts: ProvenParts = {generated: new Set(), checks: [], foreignKeys: []};

export function allParts(plan: TablePlan): ProvenParts {
  return {generated: new Set(plan.columns.filter(({generated}) => generated !== null)), checks: plan.checks, foreignKeys: plan.foreignKeys};
}

const written = new WeakMap<TablePlan, readonly string[]>();

/** The statements that make a table with all of its parts. Proving it and telling of it want the same ones. */
export function ddlOf(plan: TablePlan): readonly string[] {
  const known = written.get(plan);
  if (known) return known;
  const ddl = [createTable(plan, allParts(plan)), ...plan.indexes.map(index => createIndex(plan.name, index))];
  written.set(plan, ddl);
  return ddl;
}

/** CREATE TABLE in the form that SQLite keeps in its schema table, comments included. */
export function createTable(plan: TablePlan, parts: ProvenParts): string {
  const {primaryKey, alias} = plan;
  const lines = plan.columns.map((column, at) => columnDefinition(column, at === alias, parts.generated.has(column)));
  if (primaryKey.length > 0 && alias === null) lines.push(keyDefinition(plan));
  lines.push(...parts.checks.map(checkDefinition), ...parts.foreignKeys.map(foreignKey));
  return `${tableHead(plan)}${lines.join(BETWEEN)}${END}`;
}

const BETWEEN = ',\n  ';
const END = '\n)';

/** The parts that a CREATE TABLE of `createTable` has; null when it is of another plan. */
export function partsIn(sql: string, plan: TablePlan): ProvenParts | null {
  const head = tableHead(plan);
  if (!sql.startsWith(head)) return null;
  let rest = sql.slice(head.length);
  const take = (line: string) => {
    if (rest.startsWith(line + BETWEEN)) rest = rest.slice(line.length + BETWEEN.length);
    else if (rest === line + END) rest = '';
    else return false;
    return true;
  };
  const generated = new Set<ColumnPlan>();
  for (const [at, column] of plan.columns.entries()) {
    if (take(columnDefinition(column, at === plan.alias, false))) continue;
    if (column.generated === null || !take(columnDefinition(column, at === plan.alias, true))) return null;
    generated.add(column);
  }
  if (plan.primaryKey.length > 0 && plan.alias === null && !take(keyDefinition(plan))) return null;
  const checks = plan.checks.filter(check => take(checkDefinition(check)));
  const foreignKeys = plan.foreignKeys.filter(key => take(foreignKey(key)));
  return rest === '' ? {generated, checks, foreignKeys} : null;
}

function tableHead({name, schema: {table, comment}}: TablePlan): string {
  return `CREATE TABLE ${quote(name)} (${originNote(name, table)}${comment ? ` ${writeNote({kind: 'comment', text: comment})}` : ''}\n  `;
}

/** Whose table or view it is, where its name does not say so: the next load of the same source knows it by that. */
function originNote(name: string, source: string): string {
  return name === source ? '' : ` ${writeNote({kind: 'name', text: source})}`;
}

function keyDefinition({primaryKey}: TablePlan): string {
  return `PRIMARY KEY (${primaryKey.map(quote).join(', ')})`;
}

function checkDefinition({name, sql}: CheckPlan): string {
  return `${constraint(name)}CHECK (${sql})`;
}

/** One column as CREATE TABLE and ALTER TABLE ADD COLUMN take it. */
export function columnDefinition(plan: ColumnPlan, alias: boolean, generated: boolean): string {
  const {column, declared, rule} = plan;
  const words = [quote(plan.name)];
  if (alias) words.push('INTEGER');
  else if (declared !== '') words.push(declared);
  // A declared type that SQLite gave itself says it all.
  if (column.native && !(column.native.dialect === 'sqlite' && column.native.sql === (alias ? 'INTEGER' : declared))) words.push(writeNote({kind: 'native', dialect: column.native.dialect, text: column.native.sql}));
  if (rule.storage === 'unsigned') words.push(writeNote({kind: 'sluice', text: 'int unsigned64'}));
  if (column.type === 'text' && textComparison(column) === 'nocase') words.push('COLLATE NOCASE');
  if (alias) words.push(column.autoIncrement ? 'PRIMARY KEY AUTOINCREMENT' : 'PRIMARY KEY');
  else if (!column.nullable) words.push('NOT NULL');
  if (generated && plan.generated !== null) words.push(`GENERATED ALWAYS AS (${plan.generated}) STORED`);
  else if (plan.default !== null) words.push(`DEFAULT ${plan.default}`);
  if (column.comment) words.push(writeNote({kind: 'comment', text: column.comment}));
  return words.join(' ');
}

export function createIndex(table: string, {index, name, parts, unique}: IndexPlan): string {
  const notes = [
    ...(index.name !== name ? [writeNote({kind: 'index', text: index.name})] : []),
    ...(index.comment ? [writeNote({kind: 'comment', text: index.comment})] : []),
  ].map(note => ` ${note}`).join('');
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote(name)}${notes} ON ${quote(table)} (${parts.join(', ')})`;
}

export function createView({name, source, columns, sql}: ViewPlan): string {
  return `CREATE VIEW ${quote(name)}${originNote(name, source)} (${columns.map(quote).join(', ')}) AS ${sql}`;
}

function foreignKey({key, columns, table, referencedColumns}: ForeignKeyPlan): string {
  const list = (names: readonly string[]) => names.map(quote).join(', ');
  const on = (event: string, action: string) => (action === 'NO ACTION' ? '' : ` ON ${event} ${action}`);
  return `${constraint(key.name)}FOREIGN KEY (${list(columns)}) REFERENCES ${quote(table)} (${list(referencedColumns)})`
    + on('UPDATE', key.onUpdate) + on('DELETE', key.onDelete);
}

function constraint(name: string): string {
  return name === '' ? '' : `CONSTRAINT ${quote(name)} `;
}
