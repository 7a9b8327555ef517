/** One oplog: a replica set (its members' sections), which is one shard or the whole. */
export interface OplogSections {
  /** `mongo-oplog`, or `mongo-oplog-shard1`: positions are kept in the order of these names. */
  readonly name: string;
  readonly sections: readonly string[];
}

const ROOT = 'mongo-oplog';

/**
 * Which sections of an old configuration make which oplog. `mongo-oplog` alone is one; otherwise its children
 * `mongo-oplog-X` are the members of one replica set, and where those have children of their own, each is a shard
 * and its children are the members. Empty: there are no such sections.
 */
export function oplogTopology(sections: Iterable<string>): readonly OplogSections[] {
  const names = [...sections].filter(name => name === ROOT || name.startsWith(`${ROOT}-`)).sort();
  if (names.includes(ROOT)) return [{name: ROOT, sections: [ROOT]}];
  const children = names.filter(name => partsOf(name) === 1);
  if (children.length > 0) return [{name: ROOT, sections: children}];
  const shards = new Map<string, string[]>();
  for (const name of names) {
    const shard = `${ROOT}-${name.slice(ROOT.length + 1).split('-')[0]!}`;
    shards.set(shard, [...shards.get(shard) ?? [], name]);
  }
  return [...shards].map(([name, members]) => ({name, sections: members}));
}

const partsOf = (name: string) => name.slice(ROOT.length + 1).split('-').length;
