import {type Capabilities, type Destination, type Endpoint, type GroupsRequest, type GroupStore, type Judge, type LiveName, type Load, type LoadRequest, type Omission, type Problem, type RefreshLoad, type RefreshRequest, type SourceIdentity, type SystemFacts, type TargetPlan} from '@sluice/core';
import {isOurs, quoteText, telling} from '@sluice/sql';
import {beginRefresh} from './begin-refresh.ts';
import {aboutServer} from './about.ts';
import {checkDestination} from './check-destination.ts';
import {createTable} from './create-table.ts';
import {readDependents, refuseOtherKinds} from './dependents.ts';
import {parseEndpoint, type PostgresEndpoint} from './endpoint.ts';
import {fittingOf} from './fit.ts';
import {readIdentity} from './identity.ts';
import {readKnown} from './known-types.ts';
import {asLive, liveLoad, planLive, prepareLive} from './live-load.ts';
import {postgresLoad} from './load.ts';
import {createTypes} from './new-types.ts';
import {dropMade, takingBack, type Made} from './made-tables.ts';
import {mergeLoad, stageTables} from './merge-load.ts';
import {groupsCatalog, openGroups} from './open-groups.ts';
import {planLoad, type LoadPlan} from './plan-load.ts';
import {createPositions} from './positions.ts';
import {refusedWrite, refuseHiddenRows} from './refused-write.ts';
import {replaceLoad} from './replace-load.ts';
import {Session} from './session.ts';
import {dropStaging, lockTables, unlockTables} from './table-locks.ts';

/** Writes one schema of a PostgreSQL database. */
export class PostgresDestination implements Destination {
  readonly kind = 'postgres';
  readonly label: string;
  readonly capabilities: Capabilities = {modes: ['replace', 'append', 'upsert', 'mirror'], beside: true, keys: true, positions: true, concurrent: true};
  readonly #endpoint: PostgresEndpoint;
  #session: Session | null = null;
  #load: AsyncDisposable | null = null;
  #disposed = false;

  /** Throws CONFIG with every problem of the URL. Connects when first needed. */
  constructor(endpoint: Endpoint) {
    this.#endpoint = parseEndpoint(endpoint);
    this.label = this.#endpoint.label;
  }

  about(signal: AbortSignal): Promise<SystemFacts> {
    return aboutServer(this.#endpoint, signal);
  }

  check(signal: AbortSignal): Promise<readonly Problem[]> {
    return checkDestination(this.#endpoint, signal);
  }

  /** By the cluster's own number, the database and the schema: a server has many addresses. */
  async overwrites({id}: SourceIdentity, signal: AbortSignal): Promise<boolean> {
    return (await readIdentity(await this.#open(signal), signal)).id === id;
  }

  /** Nothing goes: a schema may be shared, and what is dropped from it is gone. */
  async contents(signal: AbortSignal): Promise<readonly LiveName[]> {
    const session = await this.#open(signal);
    const rows = await session.rows(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${quoteText('postgres', session.server.schema)} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition ORDER BY c.relname COLLATE "C"`, signal);
    return rows.map(([name]) => name!).filter(name => !isOurs(name)).map(name => ({name, goes: false}));
  }

  async plan(request: LoadRequest, signal: AbortSignal): Promise<TargetPlan> {
    const session = await this.#open(signal);
    const plan = await this.#plan(session, request, signal);
    const targets = plan.tables.map(({target}) => target);
    // What a load would be refused for is told by a plan of it.
    if (request.mode === 'replace') await readDependents(session, targets, new Set(), signal);
    else await refuseOtherKinds(session, targets, signal);
    return request.mode === 'replace' ? plan.target : await planLive(session, plan, signal);
  }

  async judge(request: LoadRequest, signal: AbortSignal): Promise<Judge> {
    const session = await this.#open(signal);
    const planned = await this.#plan(session, request, signal);
    const plan = request.mode === 'replace' ? planned : await asLive(session, planned, signal);
    const fittings = new Map(plan.tables.map(({schema: {table}, columns}) => [table, fittingOf(table, columns)]));
    return (table, column, value) => fittings.get(table)?.judge(column, value) ?? null;
  }

  async begin(request: LoadRequest, signal: AbortSignal): Promise<Load> {
    if (this.#load) throw new Error('a PostgreSQL destination runs one load at a time');
    const session = await this.#open(signal);
    const plan = await this.#plan(session, request, signal);
    const targets = plan.tables.map(({target}) => target);
    await lockTables(session, targets, signal);
    const made: Made = {tables: [], types: []};
    try {
      await dropStaging(session, targets, signal, {others: request.leaves !== true});
      const ended = () => { this.#load = null; };
      const mode = request.mode !== 'replace' && isBeside(request) && !await anyLive(session, targets, signal) ? 'replace' : request.mode;
      if (mode !== 'replace') {
        await refuseOtherKinds(session, targets, signal);
        await refuseHiddenRows(session, targets, signal);
        await createPositions(session, signal);
        made.types = await createTypes(session, plan.types, signal);
        const live = await prepareLive(session, plan, made.tables, signal);
        const merge = isBeside(request) ? {...live, mode, retain: request.retain} : null;
        if (merge) await stageTables(session, merge, signal);
        const load = postgresLoad({
          ...live, session, mode, losses: request.losses, ended, beside: merge ? true : undefined,
          kind: takingBack(telling(merge ? mergeLoad(session, merge) : liveLoad(session, live.plan), live.changes), made),
        });
        this.#load = load;
        return load;
      }
      // What could not be exchanged in the end is told before a row is read.
      await readDependents(session, targets, new Set(), signal);
      const newTypes = made.types = await createTypes(session, plan.types, signal);
      const kind = replaceLoad(session, plan, newTypes);
      const omissions: Omission[] = [];
      const plain = new Set<string>();
      for (const table of plan.tables) {
        const {table: name} = table.schema;
        const created = await createTable(session, table, kind.nameOf(name), signal, {beside: true});
        omissions.push(...created.omissions);
        if (created.plain) plain.add(name);
      }
      const load = postgresLoad({session, mode, plan, plain, omissions, losses: request.losses, kind, ended});
      this.#load = load;
      return load;
    } catch (error) {
      if (session.alive) {
        if (request.mode === 'replace' || isBeside(request)) await dropStaging(session, targets, new AbortController().signal).catch(() => {});
        await dropMade(session, made).catch(() => {});
        await unlockTables(session, targets).catch(() => {});
      }
      throw await refusedWrite(error, session);
    }
  }

  async beginRefresh(request: RefreshRequest, signal: AbortSignal): Promise<RefreshLoad | null> {
    if (this.#load) throw new Error('a PostgreSQL destination runs one load at a time');
    const session = await this.#open(signal);
    const plan = await this.#plan(session, {catalog: request.catalog, mode: 'replace'}, signal);
    const load = await beginRefresh({session, plan, request, ended: () => { this.#load = null; }}, signal);
    this.#load = load;
    return load;
  }

  async openGroups(request: GroupsRequest, signal: AbortSignal): Promise<GroupStore> {
    if (this.#disposed) throw new Error('the PostgreSQL destination is closed');
    const catalog = groupsCatalog(request);
    const session = await Session.open(this.#endpoint, signal);
    try {
      return await openGroups(session, await this.#plan(session, {catalog, mode: 'append'}, signal), request, signal);
    } catch (error) {
      const told = await refusedWrite(error, session);
      await session[Symbol.asyncDispose]();
      throw told;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#load?.[Symbol.asyncDispose]();
    const session = this.#session;
    this.#session = null;
    await session?.[Symbol.asyncDispose]();
  }

  async #plan(session: Session, request: LoadRequest, signal: AbortSignal): Promise<LoadPlan> {
    const {catalog} = request;
    const wanted = catalog.tables.map(({table}) => table).filter(table => !table.includes('\0'));
    // Names of relations that stay when the tables of this load are exchanged.
    const rows = await session.rows(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${quoteText('postgres', session.server.schema)} AND c.relname NOT LIKE '\\_sluice\\_%'`
      + (wanted.length === 0 ? '' : ` AND NOT EXISTS (SELECT FROM pg_class t LEFT JOIN pg_index i ON i.indrelid = t.oid
          WHERE t.relnamespace = c.relnamespace AND t.relname IN (${wanted.map(table => quoteText('postgres', table)).join(', ')}) AND c.oid IN (t.oid, i.indexrelid))`), signal);
    return planLoad(request, await readKnown(session, catalog, signal), new Set(rows.map(row => row[0]!)));
  }

  async #open(signal: AbortSignal): Promise<Session> {
    if (this.#disposed) throw new Error('the PostgreSQL destination is closed');
    signal.throwIfAborted();
    if (!this.#session?.alive) this.#session = await Session.open(this.#endpoint, signal);
    return this.#session;
  }
}

/** Whether rows go beside what is live, and into it all at once. */
const isBeside = ({mode, beside}: LoadRequest) => mode === 'mirror' || beside === true;

/** Whether a table of the load is there: where none is, the new ones take their place as in `replace`. */
async function anyLive(session: Session, targets: readonly string[], signal: AbortSignal): Promise<boolean> {
  if (targets.length === 0) return false;
  const [row] = await session.rows(
    `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${quoteText('postgres', session.server.schema)} AND c.relname IN (${targets.map(target => quoteText('postgres', target)).join(', ')})`, signal);
  return Number(row![0]) > 0;
}
