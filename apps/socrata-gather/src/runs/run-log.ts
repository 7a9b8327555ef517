import {ErrorCode, PipelineError, type Endpoint, type GroupStore, type Row} from '@sluice/core';
import {openDestination} from '@sluice/registry';
import {whenFree} from './when-free.ts';
import {fromRow, logSchema, runSchema, toLogRow, toRow, type LogRow, type RunRow} from './run-row.ts';

const RUNS = 0;
const LOG = 1;
/** Keys that are asked for at once. */
const PAGE = 1000;
const DAY_MS = 24 * 3_600_000;
/** How far back runs are looked for: the table grows for years. */
const WINDOWS_MS = [2 * DAY_MS, 60 * DAY_MS];
const KEPT_UNDER = 'socrata-gather log';

/**
 * The runs of topics, in two tables of a database. Each call has a connection of its own, and closes it: what is told of a run is committed
 * whatever becomes of its rows.
 */
export class RunLog {
  readonly #endpoint: Endpoint;
  readonly #table: string;
  /** No two rows of the log share one: moments in thousands, counted on. */
  #lastId = 0;

  constructor(endpoint: Endpoint, table: string) {
    this.#endpoint = endpoint;
    this.#table = table;
  }

  /** Writes a run, and rows of the log with it, behind others who write theirs. Throws CONNECT, WRITE, AUTH, LOCKED. */
  async write(run: RunRow, log: readonly Omit<LogRow, 'id'>[], signal: AbortSignal): Promise<void> {
    await whenFree(() => this.#with(false, async store => {
      const rows = await this.#numbered(store, log, signal);
      const changes = [
        {family: RUNS, groups: [[run.topic, run.startedAt] as Row], rows: [[toRow(run)]]},
        ...rows.length === 0 ? [] : [{family: LOG, groups: rows.map(({id}): Row => [id]), rows: [rows.map(toLogRow)]}],
      ];
      for (const {family, rows: coming} of changes) store.fit(family, coming);
      await store.replace(changes, undefined, signal);
    }, signal), signal);
  }

  /** The newest runs of a topic, newest first; none where nobody ran one. Throws CONNECT. */
  async newest(topic: string, limit: number, now: Date, signal: AbortSignal): Promise<readonly RunRow[]> {
    return await this.#read(topic, limit, () => true, now, signal);
  }

  /** The newest run of a topic that ended well; null where there is none. Throws CONNECT. */
  async lastGood(topic: string, now: Date, signal: AbortSignal): Promise<RunRow | null> {
    return (await this.#read(topic, 1, ({status}) => status === 'ok', now, signal))[0] ?? null;
  }

  async #read(topic: string, limit: number, wanted: (run: RunRow) => boolean, now: Date, signal: AbortSignal): Promise<readonly RunRow[]> {
    return await this.#with(true, async store => {
      for (const window of [...WINDOWS_MS, null]) {
        const keys = await keysOf(store, topic, window === null ? '' : new Date(now.getTime() - window).toISOString(), signal);
        const found: RunRow[] = [];
        for (const key of keys.reverse()) {
          const [rows = []] = await store.read(RUNS, [key], signal);
          found.push(...rows.map(row => fromRow([...row])).filter(wanted));
          if (found.length >= limit) return found;
        }
        if (window === null) return found;
      }
      return [];
    }, signal) ?? [];
  }

  async #with<T>(readOnly: boolean, use: (store: GroupStore) => Promise<T>, signal: AbortSignal): Promise<T | null> {
    await using destination = await openDestination(this.#endpoint);
    if (!destination.openGroups) throw new PipelineError(ErrorCode.CONFIG, `${destination.kind} cannot keep a run log`, {remedy: 'name a MySQL, PostgreSQL or SQLite database'});
    if (readOnly) {
      const live = await destination.contents?.(signal) ?? [];
      if (![runSchema.table, this.#table].every(table => live.some(({name}) => name === table))) return null;
    }
    await using store = await destination.openGroups({
      families: [{tables: [{schema: runSchema, group: ['topic', 'started_at']}]}, {tables: [{schema: logSchema(this.#table), group: ['import_log_id']}]}],
      positionKey: KEPT_UNDER, ...(readOnly && {readOnly: true as const}),
    }, signal);
    return await use(store);
  }

  /** Rows with ids that no row of the log has: another run may have written in the same moment, or before a clock jumped back. */
  async #numbered(store: GroupStore, log: readonly Omit<LogRow, 'id'>[], signal: AbortSignal): Promise<readonly LogRow[]> {
    if (log.length === 0) return [];
    for (;;) {
      signal.throwIfAborted();
      const rows = log.map(each => ({...each, id: this.#nextId(each.importTimestamp)}));
      const [taken = []] = await store.read(LOG, rows.map(({id}): Row => [id]), signal);
      if (taken.length === 0) return rows;
    }
  }

  #nextId(moment: string): number {
    const id = Date.parse(`${moment.replace(' ', 'T')}Z`) * 1000;
    return this.#lastId = Math.max(this.#lastId + 1, id);
  }
}

/** Keys of a topic's runs since a moment, oldest first. */
async function keysOf(store: GroupStore, topic: string, since: string, signal: AbortSignal): Promise<Row[]> {
  const found: Row[] = [];
  for (let after: Row = [topic, since]; ;) {
    signal.throwIfAborted();
    const page = await store.keys(RUNS, after, PAGE, signal);
    const own = page.filter(([name]) => name === topic);
    found.push(...own);
    const last = page.at(-1);
    if (!last || page.length < PAGE || own.length < page.length) return found;
    after = last;
  }
}
