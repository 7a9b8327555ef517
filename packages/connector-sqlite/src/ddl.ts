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

/** CREATE TABLE in the form that SQLite keeps in its schema table, comments included. */
export function createTable(plan: TablePlan, parts: ProvenParts): string {
  const {schema, primaryKey, alias} = plan;
  const lines = plan.columns.map((column, at) => columnDefinition(column, at === alias, parts.generated.has(column)));
  if (primaryKey.length > 0 && alias === null) lines.push(`PRIMARY KEY (${primaryKey.map(quote).join(', ')})`);
  lines.push(...parts.checks.map(({name, sql}) => `${constraint(name)}CHECK (${sql})`));
  lines.push(...parts.foreignKeys.map(foreignKey));
  const comment = schema.comment ? ` ${writeNote({kind: 'comment', text: schema.comment})}` : '';
  return `CREATE TABLE ${quote(plan.name)} (${comment}\n  ${lines.join(',\n  ')}\n)`;
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
  if (column.caseInsensitive && column.type === 'text') words.push('COLLATE NOCASE');
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

export function createView({name, columns, sql}: ViewPlan): string {
  return `CREATE VIEW ${quote(name)} (${columns.map(quote).join(', ')}) AS ${sql}`;
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
