import {createHash} from 'node:crypto';
import {ErrorCode, PipelineError, type DigestRequest, type RangeDigest} from '@sluice/core';
import {joinConditions, quoteIdentifier, rangeCondition} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';
import {rowExpression} from './digest-expression.ts';
import {keyset} from './keyset.ts';
import {expectTypes, nativeColumns} from './read-plan.ts';
import type {Flavor, Server} from './server.ts';
import type {Session} from './session.ts';
import {releaseTables} from './snapshot.ts';

/** A request and the table it is about. */
export interface DescribedRequest {
  readonly request: DigestRequest;
  readonly description: TableDescription;
}

/** What InnoDB keeps: the only engine of which is known that two sessions see the same. */
export function allInnodb(requests: readonly DescribedRequest[]): boolean {
  return requests.every(({description: {engine}}) => engine === 'InnoDB' || !ENGINES.includes(engine));
}

/**
 * Engines whose rows a snapshot covers and that walk through a table in the order of its key. Rows
 * of others may change between digest and read, so they have no digest and count as changed.
 */
const ENGINES: readonly (string | null)[] = ['InnoDB', 'RocksDB', 'TokuDB'];

/**
 * The most bytes GROUP_CONCAT joins before it cuts. A range has at most the rows of one batch as it
 * was written; one that grew beyond this since then has no digest. MariaDB cuts at max_allowed_packet
 * already. Whatever is cut, there or for a whole row, is a warning of the statement, and a statement
 * with a warning is never believed (`askSafely`): a digest always covers all rows whole.
 */
const MAX_JOINED_BYTES = 64 * 1024 * 1024;
/**
 * Most ranges in one statement, and most of one table: each is an open table for the server. Measured on MariaDB 10.11 and MySQL 9.7.
 * One SELECT over all of them, grouped by the range that INTERVAL() tells, sorts the rows: 1.4 to 1.6 times as long, and GROUP_CONCAT then has no order that is promised.
 */
const RANGES_PER_STATEMENT = 64;
const RANGES_PER_TABLE = 32;
/** Whoever wants to alter a table that was compared waits about this long. */
const HELD_MS = 250;
/** Statements end at about this length; the smallest max_allowed_packet that servers come with is 1 MiB. */
const STATEMENT_BYTES = 256 * 1024;
/** Tables without a key: their rows' digests are joined by so many hex digits, sorted; 256 groups keep below the limit up to 250M rows. */
const GROUP_DIGITS = 2;

const NOTHING = createHash('sha256').digest('hex');

/** One SELECT and what its row says. */
interface Unit {
  readonly request: number;
  readonly range: number;
  readonly table: string;
  /** Gives `ordinal`, rows, digest. Without a key: one row per group, which are digested together. */
  sql(ordinal: number): string;
  readonly keyed: boolean;
  /** No digest, only a count. */
  readonly countOnly: boolean;
}

/** Computes them in the server, in the snapshot of its sessions. Throws as `Source.digestRanges`. */
export class RangeDigester {
  readonly #results: RangeDigest[][];
  readonly #left: number[];
  readonly #onTable: (request: number) => void;
  readonly #units: Unit[];

  constructor({flavor}: Server, requests: readonly DescribedRequest[], onTable: (request: number) => void) {
    this.#onTable = onTable;
    this.#units = requests.flatMap((each, i) => unitsOf(each, i, flavor));
    this.#results = requests.map(() => []);
    this.#left = requests.map(({request}) => request.ranges.length);
  }

  /** Whether a second session is worth opening: it takes as long as a statement or two. */
  get worthTwo(): boolean {
    return this.#units.length > RANGES_PER_STATEMENT;
  }

  /** All sessions must see the same, and are idle afterwards; with the first error all stop. */
  async run(sessions: readonly Session[], signal: AbortSignal): Promise<readonly (readonly RangeDigest[])[]> {
    this.#left.forEach((left, request) => { if (left === 0) this.#onTable(request); });
    const queue = statements(this.#units);
    const over = new AbortController();
    const work = async (session: Session) => {
      try {
        await session.run(`SET SESSION group_concat_max_len = ${MAX_JOINED_BYTES}`, signal);
        let released = performance.now();
        for (let next = queue.next(); next.done !== true && !over.signal.aborted; next = queue.next()) {
          await this.#ask(session, next.value, signal);
          if (performance.now() - released < HELD_MS) continue;
          await releaseTables(session);
          released = performance.now();
        }
        await releaseTables(session);
      } catch (error) {
        over.abort();
        throw error;
      }
    };
    const ended = await Promise.allSettled(sessions.map(work));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
    return this.#results;
  }

  /** Several at once, or one by one when something is wrong with one of them. */
  async #ask(session: Session, units: readonly Unit[], signal: AbortSignal): Promise<void> {
    const answer = await this.#askSafely(session, units, signal).catch((error: unknown) => {
      // A single table has its name in the error; of several it is asked again which one it is.
      if (units.length === 1 || !(error instanceof PipelineError) || error.code === ErrorCode.CONNECT) throw error;
      return null;
    });
    if (answer === null && units.length > 1) {
      for (const unit of units) await this.#ask(session, [unit], signal);
      return;
    }
    units.forEach((unit, i) => this.#keep(unit, answer?.[i] ?? null));
  }

  /** What each unit gives; null when the server warned: then something was cut. */
  async #askSafely(session: Session, units: readonly Unit[], signal: AbortSignal): Promise<RangeDigest[] | null> {
    const place = units.length === 1 ? {table: units[0]!.table} : undefined;
    const rows = await session.rows(units.map((unit, i) => unit.sql(i)).join(' UNION ALL '), signal, place);
    const [[warnings] = []] = await session.rows('SELECT @@warning_count', signal);
    const answers = units.map(() => ({rows: 0, parts: [] as (string | null)[]}));
    for (const [ordinal, count, digest] of rows) {
      const answer = answers[Number(ordinal)]!;
      answer.rows += Number(count);
      if (Number(count) > 0) answer.parts.push(digest === null ? null : String(digest));
    }
    const cut = Number(warnings) !== 0;
    if (cut && units.length > 1) return null;
    return answers.map(({rows: count, parts}, i) => ({rows: count, digest: cut || units[i]!.countOnly ? null : folded(parts, units[i]!.keyed)}));
  }

  #keep({request, range}: Unit, digest: RangeDigest | null): void {
    if (digest === null) throw new Error('a statement of one range has an answer');
    this.#results[request]![range] = digest;
    if (--this.#left[request]! === 0) this.#onTable(request);
  }
}

function folded(parts: readonly (string | null)[], keyed: boolean): string | null {
  if (parts.includes(null)) return null;
  if (parts.length === 0) return NOTHING;
  return keyed ? parts[0]! : createHash('sha256').update(parts.join()).digest('hex');
}

function unitsOf({request: {schema, ranges, where: condition}, description}: DescribedRequest, request: number, flavor: Flavor): Unit[] {
  const {table} = schema;
  expectTypes(schema, description, table);
  const row = ENGINES.includes(description.engine)
    ? rowExpression(nativeColumns(schema.columns.map(({name}) => name), description, table), flavor) : null;
  const keys = keyset(description);
  const from = `${quoteIdentifier('mysql', table)} AS t`;
  return ranges.map((keyRange, range) => {
    const where = joinConditions(rangeCondition(keys, keyRange, table), condition, 'mysql');
    const filter = where === null ? '' : ` WHERE ${where}`;
    const unit = {request, range, table, keyed: keys !== null, countOnly: row === null};
    if (row === null) return {...unit, sql: (ordinal: number) => `SELECT ${ordinal}, COUNT(*), NULL FROM ${from}${filter}`};
    // Without ORDER BY: the walk through the key's index is in its order, and another order could only make equal rows look changed.
    if (keys) return {...unit, sql: (ordinal: number) => `SELECT ${ordinal}, COUNT(*), SHA2(GROUP_CONCAT(${row} SEPARATOR ','), 256) FROM ${from} FORCE INDEX (PRIMARY)${filter}`};
    return {...unit, sql: (ordinal: number) =>
      // In order of the groups, which are folded here. Rows that are alike count by their number. By position: the table may have a column d.
      `(SELECT ${ordinal}, SUM(n), SHA2(CONCAT(LEFT(d, ${GROUP_DIGITS}), GROUP_CONCAT(d, ':', n ORDER BY d SEPARATOR ',')), 256) FROM
        (SELECT SHA2(${row}, 256) AS d, COUNT(*) AS n FROM ${from} USE INDEX ()${filter} GROUP BY 1) AS r GROUP BY LEFT(d, ${GROUP_DIGITS}) ORDER BY LEFT(d, ${GROUP_DIGITS}))`};
  });
}

/** Units in groups that make one statement each. */
function* statements(units: readonly Unit[]): Generator<readonly Unit[]> {
  let group: Unit[] = [];
  let bytes = 0;
  let ofTable = 0;
  for (const unit of units) {
    const last = group.at(-1);
    ofTable = last?.table === unit.table ? ofTable + 1 : 1;
    const size = unit.sql(0).length;
    // Groups of a table without a key have an order, which UNION ALL would not keep.
    const alone = !unit.keyed || last?.keyed === false;
    if (group.length > 0 && (alone || group.length >= RANGES_PER_STATEMENT || ofTable > RANGES_PER_TABLE || bytes + size > STATEMENT_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
      ofTable = 1;
    }
    group.push(unit);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
