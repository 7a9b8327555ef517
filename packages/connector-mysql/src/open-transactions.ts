import {setTimeout as sleep} from 'node:timers/promises';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {MysqlEndpoint} from './endpoint.ts';
import {Session} from './session.ts';

/** A transaction of InnoDB that may write; `thread` is 0 once it was prepared and left its client. */
interface Transaction {
  readonly thread: string;
  readonly started: string;
}

interface View {
  /** Statements that run: the connection's number, and for how many seconds. */
  readonly running: ReadonlyMap<string, number>;
  readonly writing: readonly Transaction[];
  /** Connections whose transaction cannot write. */
  readonly reading: ReadonlySet<string>;
}

/** A server makes its list of transactions anew once nobody has asked for it for 100 ms. */
const PAUSE_MS = 150;
const ATTEMPTS = 15;

/** What is open at a server, under names that stay the same as long as it is. */
export class OpenTransactions {
  readonly #endpoint: MysqlEndpoint;
  #began = 0;
  #first: ReadonlySet<string> = new Set();
  /** Connections that ran a statement at first: its transaction may be listed only later. */
  #ran: ReadonlySet<string> = new Set();

  constructor(endpoint: MysqlEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Throws AUTH when the user may not see the transactions of others, CONFIG for a server that applies those of another one. */
  async first(signal: AbortSignal): Promise<ReadonlySet<string>> {
    this.#began = performance.now();
    const view = await this.#look(signal);
    this.#ran = new Set([...view.running.keys()].filter(thread => !view.reading.has(thread)));
    return this.#first = this.#names(view, 0);
  }

  async now(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const view = await this.#look(signal);
    const names = this.#names(view, (performance.now() - this.#began) / 1000);
    for (const {thread} of view.writing) if (this.#ran.has(thread)) names.add(runs(thread));
    // One of the first may have been prepared: then it goes on without its connection.
    return [...names].some(name => name.startsWith(DETACHED) && !this.#first.has(name)) ? new Set([...this.#first, ...names]) : names;
  }

  /** `seconds` since the first look: a statement that runs for a shorter time began afterwards. */
  #names({running, writing, reading}: View, seconds: number): Set<string> {
    return new Set([
      ...writing.map(({thread, started}) => `${thread}:${started}`),
      ...[...running].filter(([thread, runsFor]) => !reading.has(thread) && runsFor + 1 >= seconds).map(([thread]) => runs(thread)),
    ]);
  }

  /** Through a connection of its own: once its own transaction is in the list, the list is not from before. */
  async #look(signal: AbortSignal): Promise<View> {
    await using session = await Session.open(this.#endpoint, 'read', signal);
    const [[own] = []] = await session.rows('SELECT CONNECTION_ID()', signal);
    const running = new Map<string, number>();
    for (const [id, user, , , command, time] of await session.rows('SHOW PROCESSLIST', signal)) {
      if (user === 'system user' && command !== 'Daemon') throw appliesOthers(this.#endpoint);
      if (String(id) !== String(own) && !IDLE.has(String(command))) running.set(String(id), Number(time ?? 0));
    }
    await session.run('START TRANSACTION WITH CONSISTENT SNAPSHOT', signal);
    for (let attempt = 1; ; attempt++) {
      const list = await session.rows('SELECT trx_mysql_thread_id, trx_started, trx_is_read_only FROM information_schema.INNODB_TRX', signal);
      const others = list.filter(([thread]) => String(thread) !== String(own));
      if (others.length < list.length) {
        return {
          running,
          writing: others.filter(([, , readOnly]) => Number(readOnly) === 0).map(([thread, started]) => ({thread: String(thread), started: String(started)})),
          reading: new Set(others.filter(([, , readOnly]) => Number(readOnly) !== 0).map(([thread]) => String(thread))),
        };
      }
      // MariaDB shows an empty list to whoever may not see it.
      if (attempt >= ATTEMPTS) {
        throw new PipelineError(ErrorCode.AUTH, `server ${this.#endpoint.label}: the user may not see open transactions, so rows that are committed late could be missed`, {
          remedy: 'GRANT PROCESS ON *.* to the user, or use mode replace or mirror',
        });
      }
      await sleep(PAUSE_MS, undefined, {signal});
    }
  }
}

/** What connections do that run no statement. */
export const IDLE: ReadonlySet<string> = new Set(['Sleep', 'Daemon', 'Binlog Dump', 'Binlog Dump GTID']);
const DETACHED = '0:';
const runs = (thread: string) => `runs ${thread}`;

function appliesOthers({label}: MysqlEndpoint): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, `server ${label} applies what another one has done, and does not know which transactions are open there`, {
    remedy: 'read from the server that is written to, or use mode replace or mirror',
  });
}
