import type {Change, DocumentRows} from './ports.ts';

/** What a batch of changes asks for, whatever their order was: documents are read as they are now. */
export interface Touched {
  /** By collection, its place in the list: ids `{"": id}`, each once, by their bytes. */
  readonly ids: ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>;
  /** Collections that were dropped, truncated, or renamed to something else. */
  readonly emptied: ReadonlySet<number>;
  /**
   * Collections of which nothing tells the rows that are to be replaced: they have the documents of another one since they were renamed to,
   * or a document was named by another field than the one that its rows have, whose value may have changed as well.
   */
  readonly reloaded: ReadonlySet<number>;
  /** How many changes each collection has. */
  readonly changes: ReadonlyMap<number, number>;
  /** How many changes there were of collections that nobody asked for, by name. */
  readonly ignored: ReadonlyMap<string, number>;
  /** How many changes there were of other databases. */
  readonly otherDatabases: number;
}

/** The bytes of an id as a text. */
export const idText = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1');

export function touchedBy(changes: readonly Change[], database: string, collections: readonly DocumentRows[]): Touched {
  const ids = new Map<number, Map<string, Uint8Array>>();
  const emptied = new Set<number>();
  const reloaded = new Set<number>();
  const counts = new Map<number, number>();
  const ignored = new Map<string, number>();
  let otherDatabases = 0;
  const placeOf = new Map(collections.map(({collection}, i) => [collection, i]));

  const find = (where: {readonly database: string; readonly collection: string}): number | null => {
    if (where.database !== database) return null;
    const place = placeOf.get(where.collection);
    if (place === undefined) ignored.set(where.collection, (ignored.get(where.collection) ?? 0) + 1);
    else counts.set(place, (counts.get(place) ?? 0) + 1);
    return place ?? null;
  };
  for (const change of changes) {
    if (change.database !== database && !(change.kind === 'renamed' && change.to.database === database)) {
      otherDatabases++;
      continue;
    }
    if (change.kind === 'databaseDropped') {
      for (const place of collections.keys()) {
        emptied.add(place);
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
      continue;
    }
    const place = find(change);
    if (change.kind === 'touched') {
      if (place === null) continue;
      if (change.field !== undefined && change.field !== collections[place]!.idField) {
        reloaded.add(place);
        continue;
      }
      const known = ids.get(place);
      if (known) known.set(idText(change.id), change.id);
      else ids.set(place, new Map([[idText(change.id), change.id]]));
      continue;
    }
    if (place !== null) emptied.add(place);
    if (change.kind !== 'renamed') continue;
    const to = find(change.to);
    if (to !== null) reloaded.add(to);
  }
  // Reading a collection whole covers whatever else is said of it.
  for (const place of reloaded) {
    emptied.delete(place);
    ids.delete(place);
  }
  return {ids, emptied, reloaded, changes: counts, ignored, otherDatabases};
}
