import type {Change, Namespace} from './change.ts';

/** Which collections are followed. */
export interface Wanted {
  readonly database: (name: string) => boolean;
  readonly collection: (namespace: Namespace) => boolean;
}

/** A database of which these collections are followed, or all. */
export interface Followed {
  readonly database: string;
  readonly collections?: readonly string[];
}

/** Where servers keep their log. */
export const DEFAULT_OPLOG = 'local.oplog.rs';

/** Databases in which servers keep records of their own. */
const OF_SERVERS: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/** Follows these; null follows every database of users. */
export function wantedOf(namespaces: readonly Followed[] | null): Wanted {
  if (namespaces === null) return {database: name => !OF_SERVERS.has(name), collection: ({database}) => !OF_SERVERS.has(database)};
  const byDatabase = new Map(namespaces.map(({database, collections}) => [database, collections ? new Set(collections) : null]));
  return {
    database: name => byDatabase.has(name),
    collection: ({database, collection}) => {
      const names = byDatabase.get(database);
      return names !== undefined && (names === null || names.has(collection));
    },
  };
}

/** Whether a change concerns what is followed: of a rename, either end. */
export function isWanted(change: Change, wanted: Wanted): boolean {
  switch (change.kind) {
    case 'databaseDropped': return wanted.database(change.database);
    case 'renamed': return wanted.collection(change) || wanted.collection(change.to);
    default: return wanted.collection(change);
  }
}

/** Taken apart at the first dot: names of collections have dots, those of databases none. Null: it has no dot. */
export function splitNamespace(namespace: string): Namespace | null {
  const dot = namespace.indexOf('.');
  return dot < 0 ? null : {database: namespace.slice(0, dot), collection: namespace.slice(dot + 1)};
}
