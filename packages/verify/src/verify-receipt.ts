import {ErrorCode, PipelineError, type FileSeal, type Integrity, type LiveTables, type ReadLimits, type Schema, type StoredObject} from '@sluice/core';
import {compareGroups} from './group-digests.ts';
import {figuresAgree, type Receipt, type ReceiptFigures, type ReceiptTable} from './receipt.ts';

/** Most row ranges that are listed of one table; counts are exact all the same. */
export const LISTED_RANGES = 1000;

export interface ReceiptQuestion {
  readonly receipt: Receipt;
  /** What is there now, opened with `receiptCatalog(receipt)`; null when there is nothing. */
  readonly live: LiveTables | null;
  /** The seal of what is there now; null when it has none. */
  readonly seal: FileSeal | null;
  readonly limits: ReadLimits;
  /** Hears of progress. */
  readonly onRows?: (table: string, rows: number) => void;
}

export interface CheckedTable {
  readonly name: string;
  readonly target: string;
  readonly status: 'equal' | 'different' | 'missing' | 'unreadable';
  /** What the receipt says, and what there is; null when it could not be counted. */
  readonly rows: number;
  readonly rowsFound: number | null;
  /** Groups of rows that are not as they were, of how many. */
  readonly groupsDiffering: number;
  readonly groups: number;
  /** Ordinals of the rows in these groups, 0-based, `[first, end)` (the sentences count from 1 and name both ends), in the order in which they lay when the receipt was made; at most {@link LISTED_RANGES}. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Why it could not be read; null when it was. */
  readonly reason: string | null;
  /** What the source said of its rows by itself, and what the table held then; absent: it was not asked. */
  readonly figures?: ReceiptFigures;
}

export interface CheckedObject {
  readonly type: StoredObject['type'];
  readonly name: string;
  readonly table: string;
  readonly status: 'missing' | 'changed' | 'extra';
}

/** What `sluice verify-receipt --json` says of the file. */
export interface ReceiptVerification {
  readonly status: 'equal' | 'different';
  /** `rewritten`: other bytes, the same tables and objects; null where the destination is not one file. */
  readonly file: 'equal' | 'rewritten' | 'different' | null;
  readonly tables: readonly CheckedTable[];
  /** Only those that are not as they were. */
  readonly objects: readonly CheckedObject[];
  /** Sentences about what is not as it was, and about what is only worth knowing. */
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * Compares what a destination holds now with what a receipt says it was given: its bytes, the rows of
 * every group, everything a statement made. Throws what a reading rejects with when that is not about one table.
 */
export async function verifyReceipt({receipt, live, seal, limits, onRows}: ReceiptQuestion, signal: AbortSignal): Promise<ReceiptVerification> {
  const {file} = receipt.destination;
  if (live === null) {
    return {
      status: 'different', file: file === null ? null : 'different', objects: [], remarks: [], problems: ['there is nothing at the destination'],
      tables: receipt.tables.map(table => unread(table, 'missing', null)),
    };
  }
  const integrity = file !== null && seal?.sha256 === file.sha256 ? sound : await live.integrity?.(signal) ?? sound;
  const objects = compareObjects(receipt.objects, await objectsIn(live, integrity, signal));
  const lost = new Set(objects.flatMap(({type, name, status}) => (type === 'table' && status === 'missing' ? [name] : [])));
  const tables: CheckedTable[] = [];
  for (const table of receipt.tables) {
    signal.throwIfAborted();
    tables.push(lost.has(table.target) ? unread(table, 'missing', null) : await checkTable(table, live, limits, rows => onRows?.(table.name, rows), signal));
  }
  const asTold = objects.length === 0 && tables.every(({status}) => status === 'equal');
  const sameFile = file === null ? null : seal !== null && seal.sha256 === file.sha256 && seal.bytes === file.bytes;
  const beneath = [...integrity.damage, ...integrity.hidden];
  const unproved = receipt.tables.filter(({verified}) => !verified).length;
  const equal = asTold && beneath.length === 0;
  return {
    status: equal ? 'equal' : 'different',
    file: sameFile === null ? null : sameFile ? 'equal' : equal ? 'rewritten' : 'different',
    tables, objects,
    problems: [...beneath, ...tables.flatMap(tableProblem), ...objects.filter(object => !isTold(object, tables)).map(({type, name, status}) => `${type} ${name} ${objectWords[status]}`)],
    remarks: [
      ...receipt.tables.flatMap(figuresRemark),
      ...(unproved > 0 ? [`${unproved} of ${receipt.tables.length} tables were written without being read back: what is compared here for the first time is what was meant to be written`] : []),
      ...(sameFile === false && equal ? ['every table and object is as it was, but the bytes of the file are others: it was written anew since'] : []),
      ...(sameFile && !equal ? ['the bytes of the file are those of the receipt, yet what they hold is not: the receipt contradicts itself'] : []),
    ],
  };
}

const sound: Integrity = {damage: [], hidden: []};

/** A file may be too damaged to tell. */
async function objectsIn(live: LiveTables, {damage}: Integrity, signal: AbortSignal): Promise<readonly StoredObject[]> {
  try {
    return await live.objects(signal);
  } catch (error) {
    if (damage.length > 0 && error instanceof PipelineError && !signal.aborted) return [];
    throw error;
  }
}

/** A table that is gone is said once. */
const isTold = ({type, name}: CheckedObject, tables: readonly CheckedTable[]) =>
  type === 'table' && tables.some(({target, status}) => target === name && status === 'missing');

const objectWords = {missing: 'is gone', changed: 'has another definition', extra: 'was added'} as const;

async function checkTable(table: ReceiptTable, live: LiveTables, limits: ReadLimits, onRows: (rows: number) => void, signal: AbortSignal): Promise<CheckedTable> {
  const schema: Schema = table.schema;
  try {
    const rowsFound = await live.countRows(schema, signal);
    const equal = await compareGroups(table, live, limits, onRows, signal);
    const groupsDiffering = equal.length - count(equal);
    const same = groupsDiffering === 0 && rowsFound === table.rows;
    return {
      name: table.name, target: table.target, status: same ? 'equal' : 'different', rows: table.rows, rowsFound,
      groupsDiffering, groups: equal.length, ranges: rangesOf(table, equal), reason: null, ...(table.figures && {figures: table.figures}),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PipelineError) || error.code === ErrorCode.AUTH) throw error;
    return unread(table, 'unreadable', error.message);
  }
}

const count = (flags: readonly boolean[]) => flags.filter(Boolean).length;

/** The rows of the groups that differ, neighbours joined. */
function rangesOf({groups}: ReceiptTable, equal: readonly boolean[]): [number, number][] {
  const ranges: [number, number][] = [];
  let at = 0;
  for (const [i, [rows]] of groups.entries()) {
    const last = ranges.at(-1);
    if (!equal[i]) {
      if (last && last[1] === at) last[1] = at + rows;
      else ranges.push([at, at + rows]);
    }
    at += rows;
  }
  return ranges.slice(0, LISTED_RANGES);
}

function unread(table: ReceiptTable, status: 'missing' | 'unreadable', reason: string | null): CheckedTable {
  const groups = table.groups.length;
  return {
    name: table.name, target: table.target, status, rows: table.rows, rowsFound: null, groupsDiffering: groups, groups,
    ranges: table.rows === 0 ? [] : [[0, table.rows]], reason, ...(table.figures && {figures: table.figures}),
  };
}

function figuresRemark({target, figures}: ReceiptTable): string[] {
  if (!figures) return [];
  const {rows, columns} = figures;
  const asked = `the source's own ${columns.length === 0 ? 'count of rows' : `counts, sums, least and greatest values of ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`}`;
  if (figuresAgree(figures)) return [`table ${target}: ${asked} ${columns.length === 0 ? 'was that' : 'were those'} of the table when the receipt was made`];
  const unlike = [...rows.source === rows.destination ? [] : [`${rows.source} rows there, ${rows.destination} here`], ...columns.filter(({equal}) => !equal).map(({name}) => name)];
  return [`table ${target}: ${asked} were not those of the table when the receipt was made: ${unlike.join(', ')}`];
}

function tableProblem({target, status, rows, rowsFound, groupsDiffering, groups, ranges, reason}: CheckedTable): string[] {
  if (status === 'equal') return [];
  if (status === 'missing') return [`table ${target} is gone`];
  if (status === 'unreadable') return [`table ${target} cannot be read: ${reason ?? 'nobody says why'}`];
  const counted = rowsFound === rows ? `has its ${rows} rows` : `has ${rowsFound ?? 0} rows, ${rows} were put there`;
  const first = ranges[0];
  const where = first === undefined ? 'all of those are as they were'
    : `${groupsDiffering} of ${groups} groups of rows are not as they were, first among rows ${first[0] + 1} to ${first[1]}`;
  return [`table ${target} ${counted}; ${where}`];
}

function compareObjects(then: readonly StoredObject[], now: readonly StoredObject[]): CheckedObject[] {
  const key = ({type, name}: StoredObject) => JSON.stringify([type, name]);
  const found = new Map(now.map(object => [key(object), object]));
  const known = new Set(then.map(key));
  return [
    ...then.flatMap(({type, name, table, digest}): CheckedObject[] => {
      const other = found.get(JSON.stringify([type, name]));
      return !other ? [{type, name, table, status: 'missing'}] : other.digest !== digest || other.table !== table ? [{type, name, table, status: 'changed'}] : [];
    }),
    ...now.filter(object => !known.has(key(object))).map(({type, name, table}): CheckedObject => ({type, name, table, status: 'extra'})),
  ];
}
