import type {GroupChange, GroupFamily, GroupStore, Position, Row} from '@sluice/core';
import {justAfter, localTime} from './local-time.ts';
import {labelled, partsOf} from './run-label.ts';
import {fromRow, statusKey, statusNames, statusSchema, toRow, type StatusCode, type StatusRow} from './status-row.ts';

/** The status table among the families of a store. */
export const statusFamily: GroupFamily = {tables: [{schema: statusSchema, group: statusKey}]};

/** Keys that are asked for at once. */
const PAGE = 1000;
const HOUR_MS = 3_600_000;
/** How far back the newest row is looked for: it grows for years, a row every few minutes. */
const WINDOWS_MS = [HOUR_MS, 24 * HOUR_MS, 60 * 24 * HOUR_MS];
/** Rows that are looked through at once for one of some tables. */
const MOST_LOOKED_THROUGH = 1000;

/** How a run begins. */
export interface RunStart {
  readonly ts: string | null;
  readonly attempt: number | null;
  /** Which tables it is for; see `runLabel`. */
  readonly label: string;
  readonly position?: Position;
  /** What its comment says before the label; default: as the superseded system calls such runs. */
  readonly name?: string;
}

/** The runs that the target remembers, in a table that other programs read, too. Whoever gave the store closes it. */
export class StatusTable {
  readonly #store: GroupStore;
  readonly #family: number;
  readonly #now: () => Date;

  /** `family`: where `statusFamily` stands in the store. */
  constructor(store: GroupStore, family: number, now: () => Date) {
    this.#store = store;
    this.#family = family;
    this.#now = now;
  }

  /** The newest rows, newest first; with a label only those of its tables, among the last thousand rows there are. Throws CONNECT. */
  async newest(limit: number, signal: AbortSignal, label?: string): Promise<readonly StatusRow[]> {
    for (const window of [...WINDOWS_MS, null]) {
      const most = label === undefined ? limit : MOST_LOOKED_THROUGH;
      const keys = await this.#keysAfter(window === null ? null : [localTime(new Date(this.#now().getTime() - window))], most, signal);
      if (keys.length < limit && window !== null) continue;
      const [table = []] = keys.length === 0 ? [] : await this.#store.read(this.#family, keys, signal);
      const rows = table.flatMap(row => fromRow([...row]) ?? []).filter(({comment}) => label === undefined || partsOf(comment).label === label)
        .sort((one, other) => (one.timeStart < other.timeStart ? 1 : -1)).slice(0, limit);
      if (rows.length < limit && label !== undefined && window !== null) continue;
      return rows;
    }
    return [];
  }

  /** The last `limit` keys after one. */
  async #keysAfter(after: Row | null, limit: number, signal: AbortSignal): Promise<Row[]> {
    let last: Row[] = [];
    for (let from = after; ;) {
      signal.throwIfAborted();
      const page = await this.#store.keys(this.#family, from, PAGE, signal);
      last = [...last, ...page].slice(-limit);
      if (page.length < PAGE) return last;
      from = page.at(-1)!;
    }
  }

  /** Begins a run, later than all there are, and commits it. */
  async start(status: StatusCode, {ts, attempt, position, name = statusNames[status], label}: RunStart, signal: AbortSignal): Promise<StatusRow> {
    const [last] = await this.newest(1, signal);
    const now = localTime(this.#now());
    const timeStart = last && last.timeStart.padEnd(26, '0') >= now ? justAfter(last.timeStart.length === 19 ? `${last.timeStart}.0` : last.timeStart) : now;
    const row: StatusRow = {comment: labelled(name, label), timeStart, timeEnd: null, records: null, queries: null, ts, status, attempt, error: null};
    await this.#write(row, position, signal);
    return row;
  }

  /** A change that says how far a run has come: for whoever commits it with something else. */
  progress(row: StatusRow, so: Pick<StatusRow, 'records' | 'queries' | 'ts'>): GroupChange {
    const rows = [[toRow({...row, ...so})]];
    this.#store.fit(this.#family, rows);
    return {family: this.#family, groups: [[row.timeStart]], rows};
  }

  /** Ends a run, and commits it. */
  async finish(row: StatusRow, end: Partial<Omit<StatusRow, 'timeStart' | 'timeEnd'>>, signal: AbortSignal): Promise<StatusRow> {
    const ended = {...row, ...end, timeEnd: localTime(this.#now())};
    await this.#write(ended, undefined, signal);
    return ended;
  }

  async #write(row: StatusRow, position: Position | undefined, signal: AbortSignal): Promise<void> {
    const rows = [[toRow(row)]];
    this.#store.fit(this.#family, rows);
    await this.#store.replace([{family: this.#family, groups: [[row.timeStart]], rows}], position, signal);
  }
}
