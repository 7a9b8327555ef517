import type {Catalog} from '@sluice/core';
import {deidentify, methods, parsePolicy} from '@sluice/transform-deidentify';

export interface DraftedPolicy {
  readonly text: string;
  readonly tables: number;
  readonly columns: number;
}

/**
 * A policy in which nothing is decided: every table and column is named and marked `undecided`, with
 * its type and what its name may mean. A run with it stops and lists them; a person decides.
 * Null when there are no tables.
 */
export function draftPolicy(catalog: Catalog): DraftedPolicy | null {
  const nothing = deidentify(parsePolicy('version: 1\ntables: {}\n'));
  nothing.check?.(catalog);
  const listed = nothing.remedy?.(catalog);
  if (listed === undefined) return null;
  const tables = listed.slice(listed.indexOf('tables:\n'));
  return {
    text: `${HEADER}version: 1\n# profile: safe-harbor\n${tables}${views(catalog)}`,
    tables: catalog.tables.length,
    columns: catalog.tables.reduce((sum, {columns}) => sum + columns.length, 0),
  };
}

const HEADER = `# What may leave, drafted from the schema. Nothing is decided here, and as long as it is not, no run begins.
# Put a decision for each \`undecided\`: ${Object.keys(methods).join(', ')};
# or write \`exclude\` instead of the columns of a table that is not to leave at all.
# What stands after # is the type, and what the name makes one think of: a proposal, only a person can know.
# With a profile (safe-harbor, limited-data-set, expert) methods that would make its claim untrue are refused.
`;

function views({views: found}: Catalog): string {
  if (found.length === 0) return '';
  const names = found.map(({name}) => JSON.stringify(name.replace(/[\\*?]/gu, '\\$&')));
  return `# Views stay behind unless they are named. To let them travel:\n# views:\n${names.map(name => `#   ${name}: keep\n`).join('')}`;
}
