import type {Omission} from '@sluice/core';
import {counted} from './format.ts';

/** One and many of each kind, in the order in which they are told. */
const WORDS: Readonly<Record<Omission['kind'], readonly [one: string, many: string]>> = {
  'table': ['unread table', 'unread tables'], 'column': ['column', 'columns'], 'type': ['type', 'types'], 'collation': ['collation', 'collations'],
  'generated': ['generated column', 'generated columns'], 'default': ['default', 'defaults'], 'auto-increment': ['auto-increment', 'auto-increments'],
  'check': ['check', 'checks'], 'index': ['index', 'indexes'], 'prefix': ['index prefix', 'index prefixes'], 'unique': ['unique key', 'unique keys'],
  'foreign key': ['foreign key', 'foreign keys'], 'view': ['view', 'views'], 'policy': ['policy', 'policies'], 'trigger': ['trigger', 'triggers'], 'procedure': ['procedure', 'procedures'],
  'function': ['function', 'functions'], 'event': ['event', 'events'], 'sequence': ['sequence', 'sequences'], 'comment': ['comment', 'comments'],
  'rename': ['original name', 'original names'],
};

/** `3 indexes, 1 view`: how much of each kind stayed behind; empty when nothing did. */
export function omissionCounts(omissions: readonly Omission[]): string {
  const counts = new Map<Omission['kind'], number>();
  let properties = 0;
  for (const {kind, table} of omissions) {
    // An omission of kind `table` that belongs to a table is about how it is kept (partitions, a history): its rows are copied.
    if (kind === 'table' && table !== null) properties++;
    else counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const known = Object.entries(WORDS) as [Omission['kind'], readonly [string, string]][];
  return [
    ...known.flatMap(([kind, words]) => counts.has(kind) ? [counted(counts.get(kind)!, ...words)] : []),
    ...(properties > 0 ? [counted(properties, 'table property', 'table properties')] : []),
  ].join(', ');
}
