import {didYouMean} from '@sluice/config';
import {isNamePattern, namePattern, type Problem} from '@sluice/core';

export interface TablePatterns {
  /** Names or patterns of the tables and views to take; absent or empty means all. */
  readonly tables?: readonly string[] | undefined;
  /** Names or patterns of those to leave out after all. */
  readonly exclude?: readonly string[] | undefined;
}

export interface TableMatcher {
  /** Whether a table or view is taken. */
  wants(name: string): boolean;
  /** Given every name there is: a problem for each pattern that means nothing. */
  problems(names: readonly string[]): readonly Problem[];
}

/**
 * Selects tables by patterns: `*` is any run of characters, `?` one, a backslash takes the next
 * literally; anchored at both ends, case-sensitive.
 */
export function matchTables({tables = [], exclude = []}: TablePatterns): TableMatcher {
  const taken = tables.map(namePattern);
  const left = exclude.map(namePattern);
  return {
    wants: name => (taken.length === 0 || taken.some(matches => matches(name))) && !left.some(matches => matches(name)),
    problems: names => [...unmatched('tables', tables, names), ...unmatched('exclude', exclude, names)],
  };
}

function unmatched(path: string, patterns: readonly string[], names: readonly string[]): Problem[] {
  return patterns.filter(pattern => !names.some(namePattern(pattern))).map(pattern => ({
    path, message: isNamePattern(pattern) ? `no table or view is like ${pattern}` : `there is no table or view ${pattern}${didYouMean(pattern, names)}`,
  }));
}
