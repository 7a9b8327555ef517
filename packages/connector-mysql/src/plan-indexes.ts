import type {Index, IndexPart, Omission, Schema} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {translate, type TargetColumn} from './target-column.ts';
import {MAX_NAME, possibleName} from './target-names.ts';
import {MAX_KEY_BYTES, type TargetServer} from './target-type.ts';

export interface TargetIndex {
  readonly name: string;
  readonly unique: boolean;
  /** As `ALTER TABLE … ADD` takes it. */
  readonly sql: string;
  readonly columns: readonly string[];
  /** FULLTEXT and SPATIAL ones are made one at a time. */
  readonly isSpecial: boolean;
}

/** Characters of the prefix that stands for a long text in an index that need not be unique. */
const PREFIX = 255;
const UTF8_BYTES = 4;

/** The secondary indexes of a table, and those the server cannot have. */
export function planIndexes(
  schema: Schema, columns: ReadonlyMap<string, TargetColumn>, server: TargetServer,
  omit: (kind: Omission['kind'], name: string, reason: string) => void,
): TargetIndex[] {
  const taken = new Set<string>(['primary']);
  const fold = (name: string) => name.toLowerCase();
  return (schema.indexes ?? []).flatMap((index): TargetIndex[] => {
    const kind: Omission['kind'] = index.unique ? 'unique' : 'index';
    if (index.name === 'PRIMARY') return [];
    const special = index.kind === 'fulltext' ? 'FULLTEXT ' : index.kind === 'spatial' ? 'SPATIAL ' : '';
    if (index.kind !== undefined && special === '' && index.kind !== 'hash') {
      omit(kind, index.name, `an index of kind ${index.kind} is not made here`);
      return [];
    }
    const parts = indexParts(index, special !== '', schema, columns, server);
    if ('reason' in parts) {
      omit(kind, index.name, parts.reason);
      return [];
    }
    const name = possibleName(index.name, taken, fold);
    taken.add(fold(name));
    if (name !== index.name) omit('rename', index.name, `the index is called ${name}`);
    const comment = index.comment !== undefined && index.comment.length <= 1024 ? ` COMMENT ${quoteText('mysql', index.comment)}` : '';
    return [{
      name, unique: index.unique, isSpecial: special !== '',
      sql: `${index.unique ? 'UNIQUE ' : special}KEY ${quoteIdentifier('mysql', name)} (${parts.sql.join(', ')})${comment}`,
      columns: index.parts.flatMap(part => part.column === null ? [] : [part.column]),
    }];
  });
}

function indexParts(
  index: Index, special: boolean, schema: Schema, columns: ReadonlyMap<string, TargetColumn>, server: TargetServer,
): {readonly sql: readonly string[]} | {readonly reason: string} {
  const sql: string[] = [];
  let left = MAX_KEY_BYTES;
  for (const part of index.parts) {
    const text = part.column === null ? expressionPart(part, schema, server) : columnPart(part, columns.get(part.column), index.unique, special, left);
    if (typeof text === 'string') {
      sql.push(text);
      continue;
    }
    if ('reason' in text) return text;
    sql.push(text.sql);
    left -= text.bytes;
  }
  return {sql};
}

function expressionPart(part: IndexPart, schema: Schema, server: TargetServer): string | {readonly reason: string} {
  if (server.flavor === 'mariadb') return {reason: 'MariaDB has no indexes over expressions'};
  if (!part.expression) return {reason: 'its expression is not known'};
  const translated = translate(part.expression, schema.columns, server);
  return 'reason' in translated ? translated : `(${translated.sql})${part.descending ? ' DESC' : ''}`;
}

function columnPart(
  part: IndexPart, target: TargetColumn | undefined, unique: boolean, special: boolean, bytesLeft: number,
): {readonly sql: string; readonly bytes: number} | {readonly reason: string} {
  if (!target) return {reason: 'uses a column that is left out'};
  const name = quoteIdentifier('mysql', target.column.name);
  if (special) return {sql: name, bytes: 0};
  const {bytes} = target.type;
  const isText = target.column.type !== 'bytes';
  const unit = isText ? UTF8_BYTES : 1;
  let prefix = part.prefix;
  if (prefix === undefined && bytes > bytesLeft) {
    if (unique) return {reason: 'its columns are longer than a unique key may be here'};
    prefix = Math.min(PREFIX, Math.floor(bytesLeft / unit));
    if (prefix < 1) return {reason: 'its columns are longer than a key may be here'};
  }
  // A prefix as long as the column, or on a number, is refused by the server.
  if (prefix !== undefined && (bytes <= 16 || (target.type.length !== null && prefix >= target.type.length))) prefix = undefined;
  return {
    sql: `${name}${prefix === undefined ? '' : `(${prefix})`}${part.descending ? ' DESC' : ''}`,
    bytes: prefix === undefined ? bytes : prefix * unit,
  };
}

/** A name for a constraint that moves with its table when the table is renamed (MySQL 9 manual, 15.1.41). */
export function movingName(table: string, kind: 'ibfk' | 'chk', name: string): string | null {
  const prefix = `${table}_${kind}_`;
  const full = prefix + name;
  return full.length <= MAX_NAME ? full : null;
}
