import {ErrorCode, PipelineError, type Batch, type ReadRequest, type Row, type Schema} from '@sluice/core';
import {checkedCondition} from './condition.ts';
import {cursorCondition, heedReplacement} from './cursor.ts';
import type {Dataset} from './dataset.ts';
import type {SocrataEndpoint} from './endpoint.ts';
import {GEOMETRIES} from './ewkb.ts';
import {KeptReading} from './kept-reading.ts';
import type {PageKeep} from './page-keep.ts';
import {PagesAhead} from './pages-ahead.ts';
import type {Portal} from './portal.ts';
import {placeOf, positionAt, type Place} from './positions.ts';
import {changed, factsOf, proveRead, unequal, type ProvedRead} from './prove-read.ts';
import {columnsOf, rowReader} from './row-reader.ts';
import {countUpTo, rowsQuery, totalsQuery, type Rows} from './soql.ts';
import {Tally} from './tally.ts';

/** What others have to do with a read. */
export interface ReadCompany {
  /** What keeps the rows of a read from the first to the last. */
  readonly keep: PageKeep | null;
  /** Takes the proof of a read that came to its end, which is not waited for then; null: the last rows come when it is done. */
  readonly later: ((table: string, prove: (signal: AbortSignal) => Promise<ProvedRead>) => void) | null;
}

type ReadEndpoint = Pick<SocrataEndpoint, 'host' | 'label' | 'user' | 'pageRows' | 'totals'>;

/**
 * Reads a data set by `:id`, page after page, and proves that it was read whole: the server's count, and the last change of a row, are the same before and behind it,
 * and its own counts, sums, least and greatest values are those of what came. Throws VERIFY where they are not, which a later run may mend.
 */
export async function* readTable(portal: Portal, dataset: Dataset, endpoint: ReadEndpoint, request: ReadRequest, signal: AbortSignal, {keep, later}: ReadCompany): AsyncGenerator<Batch> {
  signal.throwIfAborted();
  const {pageRows, totals} = endpoint;
  const {schema: {table}, maxRows, maxBytes, limit = Infinity} = request;
  const columns = columnsOf(dataset, request.schema);
  const byCursor = request.cursor !== undefined;
  const start = request.after === null || byCursor ? null : placeOf(request.after);
  const within = byCursor ? cursorCondition(request) : null;
  if (byCursor && within === null) return;
  const range: Rows = {where: both(checkedCondition(request.where), within), after: start?.id ?? null};
  if (byCursor && request.after !== null) await heedReplacement(portal, dataset, request.after, signal);
  if (start) await checkBefore(portal, dataset, start, range, table, signal);
  const before = factsOf(await portal.figures(dataset.id, totalsQuery(range), signal), table);
  const readRow = rowReader(table, columns, new Set([...dataset.schema.columns, ...dataset.omissions].map(({name}) => name)));
  const tally = new Tally(totals === 'columns' ? columns : [], {texts: later !== null});
  const kept = keep !== null && !byCursor && start === null && limit === Infinity
    ? await KeptReading.begin(keep, {
      host: endpoint.host, work: workOf(portal, dataset, endpoint, request.schema, range), now: before, pageRows,
      page: (query, until) => portal.page(dataset.id, query, until),
      upTo: async id => factsOf(await portal.figures(dataset.id, countUpTo(range.where, id), signal), table),
    }) : null;
  const attempts = portal.attempts();
  const names = columns.map(({name}) => name);
  // The first rows of pages: a few bytes for each. A portal that does not look at what is asked would give the same page for ever.
  const firsts = new Set<string>();
  let last = start?.id ?? null;
  let count = 0;
  let rows: Row[] = [];
  let bytes = 0;
  const batch = (): Batch => {
    const full = {rows, position: last === null || byCursor ? null : positionAt({id: last, rows: (start?.rows ?? 0) + count, updated: latest(start?.updated ?? null, before.lastUpdated)})};
    rows = [];
    bytes = 0;
    return full;
  };

  // More rows than were counted: no use in reading on.
  const wanted = Math.min(before.rows, limit);
  const rowsOfPage = () => Math.min(pageRows, limit - count);
  await using pages = new PagesAhead(until => {
    const query = rowsQuery({...range, columns: names, after: last, limit: rowsOfPage()});
    return kept ? kept.page(query, until) : portal.page(dataset.id, query, until);
  }, signal);
  while (count < wanted) {
    let inPage = 0;
    const full = rowsOfPage();
    try {
      for await (const texts of pages.read()) {
        for (const text of texts) {
          const {id, row} = readRow(text, (start?.rows ?? 0) + count);
          if (id === last || count >= before.rows || (inPage === 0 && firsts.has(id))) {
            const why = await changed(portal, dataset, before, range, table, signal);
            if (why === null) await kept?.distrust();
            throw why ?? unequal(table, ['the portal sends rows again, or more than it counts']);
          }
          if (inPage === 0) firsts.add(id);
          last = id;
          count++;
          inPage++;
          tally.add(row);
          rows.push(row);
          bytes += text.length;
          if (inPage === full && count < wanted) pages.begin();
          if (rows.length < maxRows && bytes < maxBytes) continue;
          signal.throwIfAborted();
          yield batch();
        }
        attempts.progress();
      }
    } catch (error) {
      await pages.drop();
      signal.throwIfAborted();
      await attempts.pause(portal.notJson(error), signal);
      continue;
    }
    if (inPage === 0) break;
  }
  signal.throwIfAborted();
  if (count < limit) {
    const prove = (until: AbortSignal) => proveRead(portal, dataset, {before, range, count, tally, kept, schema: request.schema}, until);
    if (later) later(table, prove);
    else await prove(signal);
  }
  if (rows.length > 0) yield batch();
}

/** What would make other rows of a page, or print them in another way. What geometries become is made of the same texts. */
function workOf(portal: Portal, {id}: Dataset, {label, user, pageRows}: ReadEndpoint, {columns}: Schema, range: Rows): string {
  const typeOf = ({native}: Schema['columns'][number]) => (native?.dialect !== 'socrata' || Object.hasOwn(GEOMETRIES, native.sql) ? 'geometry' : native.sql);
  return JSON.stringify([label, id, user?.name ?? null, portal.api, columns.map(column => [column.name, typeOf(column)]), rowsQuery({...range, columns: columns.map(({name}) => name), limit: pageRows})]);
}

const both = (a: string | null, b: string | null): string | null => (a !== null && b !== null ? `(${a}) AND (${b})` : a ?? b);

/** Throws POSITION where the rows that were read by an earlier run are not those any more. */
async function checkBefore(portal: Portal, {id}: Dataset, start: Place, {where}: Rows, table: string, signal: AbortSignal): Promise<void> {
  const {rows, lastUpdated} = factsOf(await portal.figures(id, countUpTo(where, start.id), signal), table);
  if (rows !== start.rows) throw new PipelineError(ErrorCode.POSITION, `table ${table}: the publisher has replaced or deleted rows that were read before: ${start.rows} then, ${rows} now`, {table, remedy: 'load it anew'});
  if (latest(lastUpdated, start.updated) !== start.updated) portal.warn(`data set ${id}: the publisher has changed rows that were read before: table ${table} has them as they were; :updated_at as a cursor, or mode replace, brings them`);
}

/** The later of two moments as the portal writes them: in one form, in UTC. */
const latest = (a: string | null, b: string | null): string | null => (a === null || (b !== null && a < b) ? b : a);
