import type {Catalog, Column, Schema} from '@sluice/core';
import {deidentify, parsePolicy, suggestFor} from '@sluice/transform-deidentify';
import {stringify} from 'yaml';

type Decisions = Map<string, Map<string, string>>;

/**
 * A cautious policy for a database nobody has looked at yet, so that the demo can run on it: what
 * may identify somebody goes, and so does free text. Drafted by names and types: no decision.
 */
export function draftPolicy(catalog: Catalog): string {
  const decisions: Decisions = new Map(catalog.tables.map(schema =>
    [schema.table, new Map(schema.columns.map(column => [column.name, draft(column, schema)]))]));
  // A method that does not fit the column's type after all: then the column goes.
  for (const {path = ''} of deidentify(parsePolicy(text(decisions))).check(catalog)) {
    for (const [table, columns] of decisions) {
      for (const column of columns.keys()) if (path === `${table}.${column}`) columns.set(column, 'drop');
    }
  }
  return text(decisions);
}

function draft(column: Column, {primaryKey}: Schema): string {
  const suggestion = suggestFor(column);
  if (suggestion) return suggestion.method;
  const isFree = column.type === 'bytes' || column.type === 'json' || (column.type === 'text' && !column.enumValues && (column.maxLength ?? Infinity) > 100);
  return isFree && !primaryKey.includes(column.name) ? 'drop' : 'keep';
}

function text(decisions: Decisions): string {
  const tables = Object.fromEntries([...decisions].map(([table, columns]) => [literal(table), {
    columns: Object.fromEntries([...columns].map(([column, method]) => [literal(column), method])),
  }]));
  return `# Drafted from names and types for a first look. Nobody has decided anything here:
# go through every line before the file leaves your hands.
${stringify({version: 1, tables}, {lineWidth: 0})}`;
}

/** A name that means only itself. */
const literal = (name: string) => name.replace(/[\\*?]/gu, '\\$&');
