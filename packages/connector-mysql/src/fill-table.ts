import {Readable} from 'node:stream';
import {ErrorCode, PipelineError, type Row, type Value} from '@sluice/core';
import type {MysqlField} from '@sluice/csv-staging';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {classify} from './errors.ts';
import type {Outcome, Session} from './session.ts';
import type {Encoding} from './target-type.ts';

/** A table's columns as they are filled, and where their values stand in a row. */
export interface FillTarget {
  /** For messages. */
  readonly table: string;
  /** The name it has while it is filled. */
  readonly name: string;
  readonly columns: readonly {readonly name: string; readonly at: number; readonly encoding: Encoding}[];
  /** Columns the server computes: what it says of them is about no value of ours. */
  readonly computed: readonly string[];
  /** A number in a last column for row i. */
  readonly last?: {readonly name: string; readonly value: (i: number) => number};
  /** A later row takes the place of an earlier one with the same key. */
  readonly replace?: true;
}

/** Fills the table with rows, every one of them unchanged, or throws VALUE naming the column where the server says it. */
export type Fill = (session: Session, target: FillTarget, rows: readonly Row[], signal: AbortSignal) => Promise<void>;

/** Warnings that say nothing about values: deprecations, and statements that replicate by row only. */
const HARMLESS = new Set([1287, 1592, 1681, 3135, 3719, 3778]);
const NOT_INSERTED = 1062;
/** Tables whose computed columns cause a warning for most rows: see `loadData`. */
const noisy = new WeakSet<FillTarget>();
const TRY = '_sluice_try';
/** A packet may be as long as max_allowed_packet; some room for the protocol. */
const PACKET_ROOM = 1024;
const MAX_CHUNK = 256 * 1024;

/**
 * The bulk path: LOAD DATA LOCAL. LOCAL turns errors into warnings and skips what it cannot insert,
 * so everything is counted afterwards: as many rows as were sent, and no warning.
 */
export const loadData: Fill = async (session, target, rows, signal) => {
  const {maxWarnings} = session.server;
  const {computed, table} = target;
  if (computed.length > 0 && !noisy.has(target)) {
    await session.run(`SAVEPOINT ${TRY}`, signal, {table});
    if (await loadOnce(session, target, rows, 0, signal)) return;
    // A server keeps so many warnings and no more; one about a value could hide among those about computed columns.
    await session.run(`ROLLBACK TO SAVEPOINT ${TRY}`, signal, {table});
    noisy.add(target);
  }
  const most = computed.length === 0 ? rows.length : Math.max(1, Math.floor(maxWarnings / computed.length / 2));
  for (let i = 0; i < rows.length; i += most) {
    if (await loadOnce(session, target, rows.slice(i, i + most), i, signal)) continue;
    throw new PipelineError(ErrorCode.VALUE, `table ${table}: the server has more to say about values than it shows`, {
      table, remedy: 'raise max_error_count at the server',
    });
  }
};

/** False when the server has more warnings than it shows. */
async function loadOnce(session: Session, target: FillTarget, rows: readonly Row[], start: number, signal: AbortSignal): Promise<boolean> {
  if (rows.length === 0) return true;
  const names: string[] = [];
  const assignments: string[] = [];
  const fields: MysqlField[] = [];
  target.columns.forEach(({name, encoding}, i) => {
    const column = quoteIdentifier('mysql', name);
    fields.push(encoding === 'year' ? 'year' : 'value');
    if (encoding === 'hex' || encoding === 'bit') {
      names.push(`@v${i}`);
      assignments.push(`${column} = ${encoding === 'hex' ? `UNHEX(@v${i})` : `CAST(@v${i} AS UNSIGNED)`}`);
    } else {
      names.push(column);
    }
  });
  if (target.last) names.push(quoteIdentifier('mysql', target.last.name));
  const sql = `LOAD DATA LOCAL INFILE 'sluice' ${target.replace ? 'REPLACE ' : ''}INTO TABLE ${quoteIdentifier('mysql', target.name)} CHARACTER SET utf8mb4`
    + ` FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' STARTING BY ''`
    + ` (${names.join(', ')})${assignments.length > 0 ? ` SET ${assignments.join(', ')}` : ''}`;
  const last = target.last;
  // Loaded by whoever writes: who only reads starts sooner.
  const {mysqlText} = await import('@sluice/csv-staging');
  const text = mysqlText(rows, {
    fields, at: target.columns.map(column => column.at),
    ...(last && {last: i => String(last.value(start + i))}),
    chunkBytes: Math.max(512, Math.min(MAX_CHUNK, session.server.maxAllowedPacket - PACKET_ROOM)),
  });
  // Pulled chunk by chunk as the socket drains: the text of a batch never stands in memory whole.
  const stream = Readable.from(text, {objectMode: false});
  try {
    const outcome = await session.run({sql, infileStreamFactory: () => stream}, signal, {table: target.table});
    if (outcome.warningStatus > session.server.maxWarnings && target.computed.length > 0) return false;
    await judge(session, target, rows.length, outcome, signal);
    return true;
  } finally {
    stream.destroy();
  }
}

/** The path without LOAD DATA: INSERT of many rows, as many as fit into a packet. */
export const insertRows: Fill = async (session, target, rows, signal) => {
  const names = [...target.columns.map(column => column.name), ...(target.last ? [target.last.name] : [])];
  const head = `${target.replace ? 'REPLACE' : 'INSERT'} INTO ${quoteIdentifier('mysql', target.name)} (${names.map(name => quoteIdentifier('mysql', name)).join(', ')}) VALUES `;
  const limit = Math.min(1024 * 1024, session.server.maxAllowedPacket - PACKET_ROOM);
  const where = {table: target.table};
  let tuples: string[] = [];
  let bytes = 0;
  const send = async () => {
    if (tuples.length === 0) return;
    const outcome = await session.run(head + tuples.join(','), signal, where);
    await judge(session, target, tuples.length, outcome, signal);
    tuples = [];
    bytes = 0;
  };
  for (let i = 0; i < rows.length; i++) {
    const values = target.columns.map(({at, encoding}) => sqlLiteral(rows[i]![at]!, encoding));
    if (target.last) values.push(String(target.last.value(i)));
    const tuple = `(${values.join(',')})`;
    const size = Buffer.byteLength(tuple) + 1;
    if (head.length + size > session.server.maxAllowedPacket - PACKET_ROOM) {
      throw new PipelineError(ErrorCode.VALUE, `table ${target.table}: a row is larger than max_allowed_packet`, {
        table: target.table, remedy: 'raise max_allowed_packet at the server, or switch local_infile on',
      });
    }
    if (bytes + size > limit) await send();
    tuples.push(tuple);
    bytes += size;
  }
  await send();
};

/** As many rows as were sent, and not a word about any value: otherwise something was changed. */
async function judge(session: Session, target: FillTarget, sent: number, outcome: Outcome, signal: AbortSignal): Promise<void> {
  const missing = target.replace ? 0 : sent - outcome.affectedRows;
  if (outcome.warningStatus === 0 && missing === 0) return;
  const {table} = target;
  const where = {table};
  const warnings = (await session.rows('SHOW WARNINGS', signal, where)).map(([, code, message]) => ({code: Number(code), message: String(message)}));
  const warning = warnings.find(({code, message}) => !HARMLESS.has(code) && columnOf(message, target.computed) === undefined);
  if (!warning && missing === 0) return;
  const code = warning?.code ?? NOT_INSERTED;
  const column = warning && columnOf(warning.message, target.columns.map(({name}) => name));
  const error = classify({errno: code}, where, {table, ...(column !== undefined && {column})});
  // Whatever the code says elsewhere, here it is about a value.
  if (error instanceof PipelineError && error.code === ErrorCode.VALUE) throw error;
  throw new PipelineError(ErrorCode.VALUE, `table ${table}: the server would have changed or left out a value (error ${code})`, {
    table, ...(column !== undefined && {column}),
  });
}

/** The column a message names at its end, behind whatever data it quotes; undefined when it names none of these. */
function columnOf(message: string, names: readonly string[]): string | undefined {
  const tail = message.slice(message.lastIndexOf('column ') + 'column '.length);
  return names.find(name => tail.startsWith(`'${name}' at row `) || tail.endsWith(`\`${name}\` at row 1`) || tail.startsWith(`'${name}'`) || tail.includes(`.\`${name}\` at row `));
}

function sqlLiteral(value: Value, encoding: Encoding): string {
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'string': return quoteText('mysql', value);
    case 'number': return Object.is(value, -0) ? "'-0'" : encoding === 'year' && value === 0 ? "'0000'" : String(value);
    case 'bigint': return String(value);
    case 'boolean': return value ? '1' : '0';
    default: return `x'${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}'`;
  }
}
