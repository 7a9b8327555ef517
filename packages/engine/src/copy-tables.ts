import type {TableDigest} from '@sluice/checksum';
import {must, type CursorBound, type KeyRange, type Source} from '@sluice/core';
import {allOrStop, workThrough} from './all-or-stop.ts';
import type {Ground} from './course.ts';
import type {RunLedger, TableState} from './ledger.ts';
import type {PlannedTable} from './plan.ts';
import {wantedParts} from './readers.ts';
import {writeMode} from './request.ts';
import {rawWays, runRaw, type RawWay} from './run-raw.ts';
import {runPart, type CopyContext} from './run-table.ts';
import {TableRun} from './table-run.ts';
import {sizeInRows} from './table-size.ts';

/** What a run knows of its tables before it moves them. */
export interface Grounds {
  readonly bounds: ReadonlyMap<PlannedTable, CursorBound>;
  /** As of `Ground`. */
  readonly before: ReadonlySet<string> | null;
}

/** A table on its way, maybe in parts. */
interface Work {
  readonly run: TableRun;
  readonly ground: Ground;
  /** Runs one of its parts, and keeps the time. */
  readonly timed: ReturnType<RunLedger['timedParts']>;
  left: number;
}

/** What one reader does in one go: a table, a part of one, or the same part of several that come out of one read. */
interface Unit {
  readonly works: readonly Work[];
  readonly part: number;
  readonly range: KeyRange | null;
  readonly size: number;
}

/** Moves all tables, as many at a time as there are readers. Resolves with the digests of what was written, where they are wanted. Throws what failed first. */
export async function copyTables(context: CopyContext, readers: readonly Source[], grounds: Grounds, ledger: RunLedger, signal: AbortSignal): Promise<ReadonlyMap<TableState, TableDigest>> {
  const {request, load} = context;
  const written = new Map<TableState, TableDigest>();
  const units = await unitsOf(context, readers.length, grounds, ledger, signal);
  const several = readers.length > 1;
  let done = 0;

  const moved = ({state}: TableRun, beside: boolean) => (rows: number) => {
    if (!beside) return ledger.progress('copy', done, state, rows, state.table.source.approximateRows);
    const all = ledger.states.reduce((sum, {rowsSent}) => sum + rowsSent, 0);
    ledger.progress('copy', done, undefined, all, ledger.states.reduce<number | undefined>((sum, {table: {source: {approximateRows: rows}}}) => (rows === undefined || sum === undefined ? undefined : sum + rows), 0));
  };
  /** One part of a table is done, and with the last of them the table. */
  const end = (work: Work, digest: () => TableDigest | null) => {
    if (--work.left > 0) return;
    const found = digest();
    if (found) written.set(work.run.state, found);
    done++;
  };

  await workThrough(units, readers, async ({works, part: number, range}, reader, stop) => {
    const beside = several || works.length > 1;
    const sharing = works.length > 1 ? sharedRead(reader, works, range, context) : null;
    const wholly = range === null && works.every(({ground}) => ground.bound === null);
    let asked: Promise<readonly RawWay[] | null> | null = null;
    const ends = {load, request: {...request, source: reader}, mode: writeMode(context.plan.mode)};
    await allOrStop(works.map((work, i) => halt => work.timed(halt, async () => {
      const {run, ground} = work;
      const watch = beside ? ledger.watch.beside() : ledger.watch;
      const tell = moved(run, beside);
      const ways = wholly ? await (asked ??= rawWays(works.map(({run: {state}}) => state), ends, halt)) : null;
      const raw = ways ? await runRaw({...ends, state: run.state, way: ways[i]!}, watch, halt, tell) : undefined;
      if (raw !== undefined) return end(work, () => raw);
      // One that was refused as bytes is read alone: of the others the rows have been read.
      const together = ways === null ? sharing : null;
      await runPart(run, {number, range, ground, reader: together === null ? reader : null, read: (asked, each) => together?.(i, each) ?? reader.read(asked, each)}, context, watch, halt, tell);
      end(work, () => run.finish());
      watch.lap('digest');
    })), stop);
  }, signal);
  if (several) ledger.watch.skip();
  return written;
}

/** The batches of each table of a group, out of one pass that begins with the first who asks. */
function sharedRead(reader: Source, works: readonly Work[], range: KeyRange | null, {limits: {maxRows, maxBytes}}: CopyContext) {
  let pass: ReturnType<NonNullable<Source['readTogether']>> | null = null;
  const requests = works.map(({run}) => ({schema: run.state.table.read, after: null, ...range, maxRows, maxBytes}));
  return (i: number, signal: AbortSignal) => {
    pass ??= must(reader.readTogether?.(requests, signal), 'a source that reads tables together');
    return must(pass[i], 'the batches of a table');
  };
}

async function unitsOf(context: CopyContext, readers: number, {bounds, before}: Grounds, ledger: RunLedger, signal: AbortSignal): Promise<readonly Unit[]> {
  const {request, plan, load, limits} = context;
  const {source} = request;
  const units: Unit[] = [];
  for (const states of groupsOf(ledger.states, context)) {
    const [first] = states;
    const {table} = first;
    const wanted = wantedParts(table, source, plan.mode, {...limits, parallel: readers});
    const isRaw = wanted > 1 && await rawWays(states, {load, request, mode: writeMode(plan.mode)}, signal) !== null;
    const cuts = wanted > 1 && !isRaw ? await must(source.split, 'a source that cuts tables').call(source, table.read, wanted, signal) : [];
    const ranges = cuts.length === 0 ? [null] : [null, ...cuts].map((after, i): KeyRange => ({after, until: cuts[i] ?? null}));
    const works = states.map((state): Work => ({
      run: new TableRun(state, ranges.length, plan, request), ground: {bound: bounds.get(state.table) ?? null, before},
      timed: ledger.timedParts(state, ranges.length), left: ranges.length,
    }));
    const size = states.reduce((sum, state) => sum + (sizeInRows(state.table.source) ?? 0), 0) / ranges.length;
    for (const [part, range] of ranges.entries()) units.push({works, part, range, size});
  }
  // The longest first: so that at the end nobody waits for one that began late. One reader keeps the order of the plan.
  return readers === 1 ? units : units.sort((a, b) => b.size - a.size);
}

/** Each table of a pass has a writer, and so a connection, of its own: of a group with more tables there are several passes. */
const MOST_IN_A_PASS = 16;

/** Tables that come out of one read are together where the load takes them so; any other is alone. */
function groupsOf(states: readonly TableState[], {request: {source}, load, plan: {mode}}: CopyContext): readonly (readonly [TableState, ...TableState[]])[] {
  const groups: [TableState, ...TableState[]][] = [];
  const open = new Map<string, [TableState, ...TableState[]]>();
  const shares = source.readTogether !== undefined && load.concurrent === true && mode !== 'append';
  for (const state of states) {
    const {source: {together}, rows} = state.table;
    const key = shares && rows === undefined ? together : undefined;
    const group = key === undefined ? undefined : open.get(key);
    if (group && group.length < MOST_IN_A_PASS) {
      group.push(state);
      continue;
    }
    const begun: [TableState, ...TableState[]] = [state];
    groups.push(begun);
    if (key !== undefined) open.set(key, begun);
  }
  return groups;
}
