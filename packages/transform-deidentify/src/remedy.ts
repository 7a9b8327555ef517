import type {Column} from '@sluice/core';
import {methods} from './methods/registry.ts';
import {Exactness, type Policy} from './policy.ts';
import {suggestFor} from './suggest.ts';
import {yamlKey} from './yaml-key.ts';

/**
 * The missing part of a policy, to paste and to fill in: every undecided column with its type and,
 * where name or type say something, a cautious proposal. Pasted as it is it decides nothing.
 */
export function remedyFor(policy: Policy, undecided: ReadonlyMap<string, readonly Column[]>): string | undefined {
  if (undecided.size === 0) return undefined;
  const known = new Set(policy.tables.filter(({exactness}) => exactness === Exactness.name).map(({pattern}) => pattern));
  return [
    `# For the policy: put a decision for each \`undecided\` (${Object.keys(methods).join(', ')}),`,
    '# or `exclude` instead of `columns` for a whole table. What stands after # is the type, and what the name may mean.',
    'tables:',
    ...[...undecided].flatMap(([table, columns]) => [
      `  ${yamlKey(table)}:${known.has(table) ? ' # is in the policy already: add these to its columns' : ''}`,
      '    columns:',
      ...columns.map(column => `      ${yamlKey(column.name)}: undecided # ${comment(column, policy.profile)}`),
    ]),
    '',
  ].join('\n');
}

function comment(column: Column, profile: Policy['profile']): string {
  const type = (column.native?.sql ?? column.type).replace(/\s+/gu, ' ');
  const suggestion = suggestFor(column, profile);
  return `${type.length > 60 ? `${type.slice(0, 57)}...` : type}${suggestion ? `; perhaps ${suggestion.method} (${suggestion.kind})` : ''}`;
}
