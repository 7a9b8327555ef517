import type {Schema} from '@sluice/core';
import {isSafeHarborClass, readClass, type IdentifierClass, type Kind} from '@sluice/identifiers/classes';
import type {KnownColumn} from './methods/known-subjects.ts';
import {suggestFor} from './suggest.ts';
import type {ColumnDecision, DecidedTable} from './table-plan.ts';

/** The columns of one table whose values are looked for in free text about their subject. */
export interface KnownTable {
  readonly schema: Schema;
  readonly subject: readonly string[];
  readonly columns: readonly KnownColumn[];
}

/**
 * In every table that says whose rows it has: the columns of a class of 45 CFR 164.514(b)(2)(i), by the policy, or by their
 * names where the policy gives no class. Not ages, and of dates only those of birth and death: numbers and
 * dates of any day are found in a text whoever it is about.
 */
export function knownTables(tables: readonly DecidedTable[]): KnownTable[] {
  return tables.flatMap(({source, subject, decisions}): KnownTable[] => {
    if (subject === null) return [];
    const columns = decisions.flatMap((decision, i): KnownColumn[] => {
      const what = identifierOf(decision, source, i);
      return what === null ? [] : [{table: source.table, column: decision.column, ...what}];
    });
    return columns.length === 0 ? [] : [{schema: source, subject, columns}];
  });
}

/** What values of redacted texts come from, besides the texts. */
export const knownSources = (tables: readonly DecidedTable[]): {readonly schema: Schema; readonly columns: readonly string[]}[] =>
  knownTables(tables).map(({schema, subject, columns}) => ({schema, columns: [...new Set([...subject, ...columns.map(({column}) => column)])]}));

function identifierOf({class: named, treatment}: ColumnDecision, {columns}: Schema, at: number): {readonly class: IdentifierClass; readonly kind: Kind | null} | null {
  const column = columns[at]!;
  if (column.type === 'bytes' || column.type === 'json' || column.type === 'bool') return null;
  if (treatment.kind === 'change' && treatment.usesKnown) return null; // a text is not looked for in texts
  const known = readClass(named ?? classByName(column));
  if (known === null || !isSafeHarborClass(known.class)) return null;
  return known.class === 'C' && known.kind !== 'date.birth' && known.kind !== 'date.death' ? null : known;
}

/** The letter that the name of the column makes one think of, finer where it matters for a search; empty when it says nothing. */
export function classByName(column: Schema['columns'][number]): string {
  const {kind = ''} = suggestFor(column) ?? {};
  if (kind.startsWith('C')) return kind.includes('birth') ? 'date.birth' : '';
  if (kind !== 'A, name') return kind.slice(0, 1);
  return /first|given|middle|nick/iu.test(column.name) ? 'name.given' : /last|family|sur|maiden/iu.test(column.name) ? 'name.family' : 'name.full';
}
