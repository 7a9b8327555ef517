import type {Index, IndexPart, Omission, Schema} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import {ownSql} from './target-column.ts';
import {nameProblem, possibleName} from './target-names.ts';

export interface TargetIndex {
  readonly name: string;
  readonly unique: boolean;
  /** What follows the table's name: `USING btree (…)`. */
  readonly definition: string;
  readonly comment: string | null;
}

/** The secondary indexes of a table, and those the server cannot have. Their names are the schema's: `taken` has those of others, and gets these. */
export function planIndexes(
  schema: Schema, target: string, taken: Set<string>, omit: (kind: Omission['kind'], name: string, reason: string) => void,
): TargetIndex[] {
  return (schema.indexes ?? []).flatMap((index): TargetIndex[] => {
    const definition = define(index, schema);
    if ('reason' in definition) {
      omit(index.unique ? 'unique' : 'index', index.name, definition.reason);
      return [];
    }
    const wanted = nameProblem(index.name) === null && !taken.has(index.name) ? index.name : possibleName(`${target}_${index.name}`, taken);
    taken.add(wanted);
    if (wanted !== index.name) omit('rename', index.name, `the index is called ${wanted}`);
    return [{name: wanted, unique: index.unique, definition: definition.sql, comment: index.comment ?? null}];
  });
}

export function indexSql({unique, definition}: TargetIndex, name: string, table: string): string {
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier('postgres', name)} ON ${quoteIdentifier('postgres', table)} ${definition}`;
}

function define(index: Index, schema: Schema): {readonly sql: string} | {readonly reason: string} {
  if (index.native?.dialect === 'postgres') return {sql: index.native.sql};
  if (index.kind !== undefined && index.kind !== 'btree' && index.kind !== 'hash') return {reason: `an index of kind ${index.kind} is not made here`};
  const parts: string[] = [];
  for (const part of index.parts) {
    const sql = partSql(part, schema);
    if ('reason' in sql) return sql;
    parts.push(`${sql.sql}${part.descending ? ' DESC' : ''}`);
  }
  return {sql: `(${parts.join(', ')})`};
}

function partSql(part: IndexPart, schema: Schema): {readonly sql: string} | {readonly reason: string} {
  if (part.column === null) {
    if (!part.expression) return {reason: 'its expression is not known'};
    let reason = '';
    const sql = ownSql(part.expression, why => { reason = why; });
    return sql === null ? {reason} : {sql: `(${sql})`};
  }
  const column = schema.columns.find(({name}) => name === part.column);
  if (!column) return {reason: 'uses a column that is left out'};
  if (column.type === 'json') return {reason: 'the type json has no order here'};
  const quoted = quoteIdentifier('postgres', part.column);
  if (part.prefix === undefined) return {sql: quoted};
  // Whole values may be longer than an entry of an index.
  if (column.type !== 'text' && column.type !== 'bytes') return {sql: quoted};
  return {sql: column.type === 'text' ? `"left"(${quoted}, ${part.prefix})` : `substring(${quoted} from 1 for ${part.prefix})`};
}
