import type {Omission, Schema} from '@sluice/core';
import {POSITION_TABLE, STAGING_NAME} from './staging-names.ts';

/** What a server can have for a name. */
export interface NameRules {
  /** Why the server cannot have an identifier; null when it can. */
  problem(name: string): string | null;
  /** A possible name that nobody has yet: `taken` holds them folded. */
  possible(name: string, taken: ReadonlySet<string>): string;
  /** What two names have in common that are one to the server. */
  fold(name: string): string;
  /** Why a table is renamed, as the beginning of a sentence. */
  readonly why: string;
}

/** A name for each table: its own where the server can have it beside the others; the rest are listed as renamed. */
export function nameTables(schemas: readonly Schema[], {problem, possible, fold, why}: NameRules, omissions: Omission[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>([fold(POSITION_TABLE)]);
  const odd: string[] = [];
  for (const {table} of schemas) {
    if (problem(table) !== null || taken.has(fold(table)) || STAGING_NAME.test(table)) {
      odd.push(table);
      continue;
    }
    names.set(table, table);
    taken.add(fold(table));
  }
  for (const table of odd) {
    const name = possible(STAGING_NAME.test(table) ? `copy_of${table}` : table, taken);
    names.set(table, name);
    taken.add(fold(name));
    omissions.push({table, kind: 'rename', name: table, reason: `${why}: the table is called ${name}`});
  }
  return names;
}
