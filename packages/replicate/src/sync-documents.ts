import {ErrorCode, must, PipelineError, type GroupChange, type GroupStore} from '@sluice/core';
import {CollectionStore, portions} from './collection-store.ts';
import type {ChangeBatch, ChangeFeed, DocumentReader, DocumentRows, DocumentScan} from './ports.ts';
import type {Fetching} from './fetching.ts';
import {patient, settle, type Recheck} from './settle.ts';
import {SyncTally, type SyncReport} from './sync-report.ts';
import {touchedBy, type Touched} from './touched.ts';
import {Writing} from './writing.ts';

export interface SyncRequest {
  readonly feed: ChangeFeed;
  /** The documents of `database`, as a majority of its servers has them. */
  readonly reader: DocumentReader;
  readonly scan: DocumentScan;
  /** The i-th family of the store has the tables of the i-th collection; it may have more families. */
  readonly store: GroupStore;
  readonly database: string;
  readonly collections: readonly DocumentRows[];
  /** Whether the rows of touched documents are read back and compared before the position moves on; true by default. */
  readonly verify?: boolean;
  /** Waits for more changes instead of ending when there are none. */
  readonly follow?: boolean;
  /** Most changes in a batch; 1000 by default. */
  readonly maxChanges?: number;
  readonly recheck?: Recheck;
  /** Changes that are committed with the position of a batch, for a family of the caller's own: a table of states. */
  readonly alongside?: (batch: ChangeBatch, report: SyncReport) => readonly GroupChange[];
  /** After every batch. */
  readonly onBatch?: (report: SyncReport) => void;
  /** Milliseconds since 1970, for `lagSeconds`. */
  readonly now?: () => number;
}

/**
 * Brings tables in step with documents, from the position of the store on. A change says which document was touched; the document is read as it
 * is now, and its rows replaced. So changes may come twice, and after a crash they do. Batches end with their position being committed: behind
 * the proof that the rows are what the documents say, or in one transaction with the rows where nothing is proved.
 *
 * Throws POSITION when the store has no position or the feed no longer reaches back to it, VERIFY when rows stay different from their
 * document, VALUE when a document has rows that cannot be written, what feed, documents and store throw, and the signal's reason; what
 * was committed before stays.
 */
export async function syncDocuments(request: SyncRequest, signal: AbortSignal): Promise<SyncReport> {
  const {feed, store, follow = false, maxChanges = 1000, collections, onBatch} = request;
  const tally = new SyncTally(collections.map(({collection}) => collection), place => collections[place]!.misfits);
  const from = await store.position(signal);
  if (from === null) {
    throw new PipelineError(ErrorCode.POSITION, 'the tables have no position from which changes could be followed', {remedy: 'load the collections first'});
  }
  const families = collections.map((rows, family) => new CollectionStore(store, family, rows));
  for await (const batch of feed.read(from, {follow, maxChanges}, signal)) {
    await applyBatch(request, families, batch, tally, signal);
    onBatch?.(tally.report());
    signal.throwIfAborted();
  }
  return tally.report();
}

async function applyBatch({store, reader, scan, database, collections, verify = true, recheck = patient, alongside, now = Date.now}: SyncRequest, families: readonly CollectionStore[], batch: ChangeBatch, tally: SyncTally, signal: AbortSignal): Promise<void> {
  const touched = touchedBy(batch.changes, database, collections);
  const writing = new Writing(store, signal);
  for (const family of families) await applyTo(family, touched, {reader, scan, writing, tally}, signal);
  if (verify) {
    const proofs = [...touched.ids].map(([place, ids]) => {
      const family = must(families[place], 'a family');
      const all = [...ids.values()];
      return {family, ids: all, fetching: family.fetching(reader, all, signal)};
    });
    // Documents are on their way again while their rows are written.
    proofs[0]?.fetching.begin();
    await writing.flush();
    for (const {family, ids, fetching} of proofs) await prove(family, ids, fetching, {store, reader, recheck, tally}, signal);
  }

  tally.batches++;
  tally.caughtUp = batch.caughtUp;
  for (const [place, count] of touched.changes) must(tally.collections[place], 'a collection').changes += count;
  for (const [collection, count] of touched.ignored) tally.ignore(collection, count);
  tally.otherDatabases += touched.otherDatabases;
  if (batch.newestAt !== undefined && batch.newestAt !== null) tally.lagSeconds = Math.max(0, (now() - batch.newestAt) / 1000);
  await writing.flush(alongside?.(batch, tally.report()), batch.position);
  const {deleted, inserted} = writing.counts;
  tally.rows = {deleted: tally.rows.deleted + deleted, inserted: tally.rows.inserted + inserted};
}

async function applyTo(family: CollectionStore, touched: Touched, {reader, scan, writing, tally}: {readonly reader: DocumentReader; readonly scan: DocumentScan; readonly writing: Writing; readonly tally: SyncTally}, signal: AbortSignal): Promise<void> {
  const place = family.family;
  const counts = must(tally.collections[place], 'a collection');
  if (touched.emptied.has(place) || touched.reloaded.has(place)) {
    await writing.add({family: place, groups: [], rows: family.none, empty: true}, 0);
  }
  if (touched.emptied.has(place)) counts.emptied++;
  if (touched.reloaded.has(place)) {
    counts.reloaded++;
    for await (const documents of portions(scan.read({collection: family.rows.collection, after: null, until: null}, signal))) {
      await family.write(documents, writing);
      counts.written += documents.length;
    }
  }
  const ids = touched.ids.get(place);
  if (!ids) return;
  const {written, gone} = await family.rewrite(reader, [...ids.values()], writing, signal);
  counts.written += written;
  counts.gone += gone;
}

/** Reads the rows of documents back. A document that changed meanwhile is written once more; one that stays different is an error. */
async function prove(family: CollectionStore, ids: readonly Uint8Array[], fetching: Fetching, {store, reader, recheck, tally}: {readonly store: GroupStore; readonly reader: DocumentReader; readonly recheck: Recheck; readonly tally: SyncTally}, signal: AbortSignal): Promise<void> {
  const counts = must(tally.collections[family.family], 'a collection');
  const writing = new Writing(store, signal);
  const suspects = await family.compare(fetching, signal);
  const {differing, unsettled} = await settle(family, reader, suspects, recheck, async changed => {
    counts.written += (await family.rewrite(reader, changed.map(({id}) => id), writing, signal)).written;
    await writing.flush();
  }, signal);
  const {deleted, inserted} = writing.counts;
  tally.rows = {deleted: tally.rows.deleted + deleted, inserted: tally.rows.inserted + inserted};
  counts.verified += ids.length - differing.length - unsettled;
  counts.unsettled += unsettled;
  const [first] = differing;
  if (!first) return;
  const table = must(family.rows.tables[first.tables[0]!], 'a table').schema.table;
  throw new PipelineError(ErrorCode.VERIFY, `collection ${family.rows.collection}: ${differing.length} of ${ids.length} documents have other rows than were written, first in table ${table}`, {
    table, remedy: 'see whether a trigger or another program changes the tables; nothing after this is applied',
  });
}

