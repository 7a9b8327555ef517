import {type Capabilities, type Destination, type Endpoint, type GroupsRequest, type GroupStore, type Judge, type LiveName, type Load, type LoadRequest, type Problem, type RefreshLoad, type RefreshRequest, type SourceIdentity, type SystemFacts, type TargetPlan} from '@sluice/core';
import {isOurs, telling} from '@sluice/sql';
import {aboutServer} from './about.ts';
import {beginRefresh} from './begin-refresh.ts';
import {checkDestination} from './check-destination.ts';
import {createTable, type CreatedTable} from './create-table.ts';
import {parseEndpoint, type MysqlEndpoint} from './endpoint.ts';
import {readIdentity} from './identity.ts';
import {judgeOf} from './judge.ts';
import {asLive, liveLoad, prepareLive} from './live-load.ts';
import {mysqlLoad} from './load.ts';
import {dropEmpty, takingBack} from './made-tables.ts';
import {liveAmong, mergeLoad, stageTables} from './merge-load.ts';
import {openGroups} from './open-groups.ts';
import {planLoad} from './plan-load.ts';
import type {TablePlan} from './plan-table.ts';
import {createPositions} from './positions.ts';
import {replaceLoad} from './replace-load.ts';
import {Session} from './session.ts';
import {dropStaging, lockTables, unlockTables} from './table-locks.ts';
import type {TargetServer} from './target-type.ts';

/** Writes a MySQL or MariaDB database. */
export class MysqlDestination implements Destination {
  readonly kind = 'mysql';
  readonly label: string;
  readonly capabilities: Capabilities = {modes: ['replace', 'append', 'upsert', 'mirror'], beside: true, keys: true, positions: true, concurrent: true};
  readonly #endpoint: MysqlEndpoint;
  #session: Session | null = null;
  #server: TargetServer | null = null;
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

  /** By the server's own number and the database: a server has many addresses. */
  async overwrites({id}: SourceIdentity, signal: AbortSignal): Promise<boolean> {
    const {session} = await this.#open(signal);
    return (await readIdentity(session, signal)).id === id;
  }

  /** Nothing goes: a database may be shared, and what is dropped from it is gone. */
  async contents(signal: AbortSignal): Promise<readonly LiveName[]> {
    const {session} = await this.#open(signal);
    const rows = await session.rows('SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME', signal);
    return rows.map(([name]) => String(name)).filter(name => !isOurs(name)).map(name => ({name, goes: false}));
  }

  async plan(request: LoadRequest, signal: AbortSignal): Promise<TargetPlan> {
    const {server} = await this.#open(signal);
    return planLoad(request, server).target;
  }

  async judge(request: LoadRequest, signal: AbortSignal): Promise<Judge> {
    const {session, server} = await this.#open(signal);
    const plan = planLoad(request, server);
    return judgeOf(request.mode === 'replace' ? plan : await asLive(session, plan, server, signal), server.flavor);
  }

  async begin(request: LoadRequest, signal: AbortSignal): Promise<Load> {
    if (this.#load) throw new Error('a MySQL destination runs one load at a time');
    const {session, server} = await this.#open(signal);
    const plan = planLoad(request, server);
    const targets = plan.tables.map(({target}) => target);
    await lockTables(session, targets, signal);
    const made: TablePlan[] = [];
    try {
      await dropStaging(session, targets, signal, {others: request.leaves !== true});
      // Where none of the tables is there, new ones take their place; not so for rows whose position has to come with them.
      const isReplace = request.mode === 'replace' || (request.mode === 'mirror' && !await liveAmong(session, targets, signal));
      const mode = isReplace ? 'replace' : request.mode;
      let kind = isReplace ? replaceLoad(session, plan, (request.losses?.size ?? 0) > 0) : liveLoad(session, plan);
      let created = new Map<string, CreatedTable>();
      const changed: string[] = [];
      if (isReplace) {
        for (const table of plan.tables) {
          const {table: name} = table.schema;
          created.set(name, await createTable(session, table, kind.nameOf(name), server, false, signal));
        }
      } else {
        await createPositions(session, signal);
        created = await prepareLive(session, plan, server, changed, made, signal);
      }
      const beside = mode !== 'replace' && isBeside(request) ? true : undefined;
      if (beside && mode !== 'replace') {
        const merge = {plan, created, mode, retain: request.retain};
        kind = mergeLoad(session, merge, await stageTables(session, merge, signal));
      }
      const load = mysqlLoad({session, mode, beside, plan, created, losses: request.losses, kind: takingBack(telling(kind, changed), made), ended: () => { this.#load = null; }});
      this.#load = load;
      return load;
    } catch (error) {
      if (session.alive) {
        if (request.mode === 'replace' || isBeside(request)) await dropStaging(session, targets, new AbortController().signal).catch(() => {});
        await dropEmpty(session, made).catch(() => {});
        await unlockTables(session, targets).catch(() => {});
      }
      throw error;
    }
  }

  async beginRefresh(request: RefreshRequest, signal: AbortSignal): Promise<RefreshLoad | null> {
    if (this.#load) throw new Error('a MySQL destination runs one load at a time');
    const {session, server} = await this.#open(signal);
    const plan = planLoad({catalog: request.catalog, mode: 'replace'}, server);
    const load = await beginRefresh({session, server, plan, request, ended: () => { this.#load = null; }}, signal);
    this.#load = load;
    return load;
  }

  async openGroups(request: GroupsRequest, signal: AbortSignal): Promise<GroupStore> {
    const {server} = await this.#open(signal);
    const session = await Session.open(this.#endpoint, 'write', signal);
    try {
      return await openGroups(session, server, request, signal);
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#load?.[Symbol.asyncDispose]();
    const session = this.#session;
    this.#session = null;
    await session?.[Symbol.asyncDispose]();
  }

  async #open(signal: AbortSignal): Promise<{session: Session; server: TargetServer}> {
    if (this.#disposed) throw new Error('the MySQL destination is closed');
    signal.throwIfAborted();
    if (!this.#session?.alive) {
      const session = this.#session = await Session.open(this.#endpoint, 'write', signal);
      const collations = await session.rows('SELECT COLLATION_NAME FROM information_schema.COLLATIONS', signal);
      // MariaDB lists its newest collations without their character set; their full names stand here.
      const full = session.server.flavor === 'mariadb'
        ? await session.rows('SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY', signal) : [];
      const [fold] = await session.rows('SELECT @@lower_case_table_names', signal);
      this.#server = {
        flavor: session.server.flavor, version: session.server.version,
        collations: new Set([...collations, ...full.map(row => [row[2] ?? row[0]!])].map(row => String(row[0]))),
        foldsNames: Number(fold?.[0]) !== 0,
      };
    }
    return {session: this.#session, server: this.#server!};
  }
}

/** Whether rows go beside what is live, and into it all at once. */
const isBeside = ({mode, beside}: LoadRequest) => mode === 'mirror' || beside === true;
