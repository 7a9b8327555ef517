import type {Schema} from '@sluice/core';
import {readClass} from '@sluice/identifiers/classes';
import {classByName, identifierToFind} from './class-by-name.ts';
import {knownDocuments, type KnownDocuments} from './known-documents.ts';
import type {KnownColumn} from './methods/known-subjects.ts';
import type {Identifier} from './policy.ts';
import type {ColumnDecision, DecidedTable} from './table-plan.ts';

/** The columns of one table whose values are looked for in free text about their subject. */
export interface KnownTable {
  readonly schema: Schema;
  readonly subject: readonly string[];
  readonly columns: readonly KnownColumn[];
  readonly documents: readonly KnownDocuments[];
}

/**
 * In every table that says whose rows it has: the identifiers by the classes of the policy, or by their names where the
 * policy gives no class; those inside documents, too.
 */
export function knownTables(tables: readonly DecidedTable[]): KnownTable[] {
  return tables.flatMap(({source, subject, decisions}): KnownTable[] => {
    if (subject === null) return [];
    const columns = decisions.flatMap((decision, i): KnownColumn[] => {
      const what = identifierOf(decision, source, i);
      return what === null ? [] : [{table: source.table, column: decision.column, ...what}];
    });
    const documents = decisions.flatMap((decision, i): KnownDocuments[] => {
      const found = decision.use?.json || source.columns[i]!.type === 'json' ? knownDocuments(source.table, decision) : null;
      return found === null ? [] : [found];
    });
    return columns.length + documents.length === 0 ? [] : [{schema: source, subject, columns, documents}];
  });
}

/** What values of redacted texts come from, besides the texts. */
export const knownSources = (tables: readonly DecidedTable[]): {readonly schema: Schema; readonly columns: readonly string[]}[] =>
  knownTables(tables).map(({schema, subject, columns, documents}) => ({schema, columns: [...new Set([...subject, ...columns.map(({column}) => column), ...documents.map(({column}) => column)])]}));

/** As what values are known, for a fingerprint: a text is redacted in another way when they are known as something else. */
export const knownAs = (tables: readonly DecidedTable[]): unknown =>
  knownTables(tables).map(({schema, subject, columns, documents}) => [schema.table, subject, columns.map(({column, class: letter, kind}) => [column, letter, kind]), documents.map(({column, saying}) => [column, saying])]);

function identifierOf({class: named, treatment, use}: ColumnDecision, {columns}: Schema, at: number): Identifier | null {
  const column = columns[at]!;
  if (column.type === 'bytes' || column.type === 'json' || column.type === 'bool' || use?.json) return null;
  if (treatment.kind === 'change' && treatment.usesKnown) return null; // a text is not looked for in texts
  return identifierToFind(readClass(named ?? classByName(column)));
}
