import {didYouMean} from '@sluice/config';
import {isNamePattern, namePattern, type Omission, type Problem} from '@sluice/core';

export interface TablePatterns {
  /** Names or patterns of the tables and views to take; absent or empty means all. */
  readonly tables?: readonly string[] | undefined;
  /** Names or patterns of those to leave out after all. */
  readonly exclude?: readonly string[] | undefined;
}

export interface TableMatcher {
  /** Whether a table or view is taken. */
  wants(name: string): boolean;
  /** Given every name there is: a problem for each pattern that means nothing. `omissions` are there, too, and cannot be copied. */
  problems(names: readonly string[], omissions?: readonly Pick<Omission, 'name' | 'reason'>[]): readonly Problem[];
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
    problems: (names, omissions = []) => [...unmatched('tables', tables, names, omissions), ...unmatched('exclude', exclude, [...names, ...omissions.map(({name}) => name)], [])],
  };
}

function unmatched(path: string, patterns: readonly string[], names: readonly string[], omissions: readonly Pick<Omission, 'name' | 'reason'>[]): Problem[] {
  return patterns.filter(pattern => !names.some(namePattern(pattern))).map(pattern => {
    const there = omissions.find(({name}) => namePattern(pattern)(name));
    return {
      path, message: there ? `${there.name} cannot be copied: ${there.reason}`
        : isNamePattern(pattern) ? `no table or view is like ${pattern}` : `there is no table or view ${pattern}${didYouMean(pattern, names)}`,
    };
  });
}
