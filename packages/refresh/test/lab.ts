import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {rowDigester} from '@sluice/checksum';
import {SqliteDestination, SqliteSource} from '@sluice/connector-sqlite';
import {must, type Destination, type RunReport, type Source, type Transform} from '@sluice/core';
import Database from 'better-sqlite3';
import {afterAll, expect} from 'vitest';
import {detectChanges, runRefresh, type Detection, type RefreshJob, type RefreshResult} from '../src/index.ts';
import {memory, type Memory} from './stores.ts';

export const never: AbortSignal = new AbortController().signal;

/** Makes folders that are removed after the last test of the file. */
export function folders(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-refresh-'));
  afterAll(() => rmSync(root, {recursive: true, force: true}));
  return () => mkdtempSync(join(root, 'folder-'));
}

/** Runs statements on a file with the driver alone. */
export function run(file: string, ...statements: string[]): void {
  const db = new Database(file);
  try {
    db.pragma('foreign_keys = OFF');
    for (const sql of statements) db.exec(sql);
  } finally {
    db.close();
  }
}

/** One read of a source, and how many rows it gave. */
export interface Read {
  readonly table: string;
  readonly open: boolean;
  rows: number;
}

export interface LabOptions {
  /** Transforms of a run, made anew for each: the rules as they are now. */
  readonly rules?: () => readonly Transform[];
  readonly maxRows?: number;
  /** Rows after which a full run notes how far it is. */
  readonly commitRows?: number;
  /** The source digests its ranges itself, as servers do; otherwise whoever wants digests reads. Default true. */
  readonly digests?: boolean;
  /** Another source than the lab's SQLite file; opened for each run. */
  readonly open?: () => Source;
  readonly memory?: Memory;
  readonly version?: string;
  readonly clock?: RefreshJob['clock'];
}

/** A source, a file made from it, and what the runs remember. */
export class Lab {
  readonly folder: string;
  /** The SQLite file that is the source, unless `open` says otherwise. */
  readonly from: string;
  readonly target: string;
  /** Reads of the last run. */
  reads: Read[] = [];
  readonly memory: Memory;
  options: LabOptions;

  /** `from`: a source that lies elsewhere. */
  constructor(folder: string, options: LabOptions = {}, from = join(folder, 'from.db')) {
    this.folder = folder;
    this.from = from;
    this.target = join(folder, 'live.db');
    this.memory = options.memory ?? memory();
    this.options = options;
  }

  /** Changes the source. */
  source(...statements: string[]): this {
    run(this.from, ...statements);
    return this;
  }

  /** Changes the file that was made. */
  edit(...statements: string[]): this {
    run(this.target, ...statements);
    return this;
  }

  bulk(more: Partial<RefreshJob> = {}): Promise<RunReport> {
    return this.run('full', more);
  }

  update(more: Partial<RefreshJob> = {}): Promise<RunReport> {
    return this.run('changes', more);
  }

  /** A run that has to succeed. */
  async run(kind: RefreshJob['kind'], more: Partial<RefreshJob> = {}): Promise<RunReport> {
    const {report, cause} = await this.attempt(kind, more);
    if (cause !== undefined) throw cause as Error;
    expect(report.status).toBe('ok');
    return report;
  }

  async attempt(kind: RefreshJob['kind'], more: Partial<RefreshJob> = {}): Promise<RefreshResult> {
    this.reads = [];
    await using source = this.openSource();
    await using destination = this.openDestination();
    return await runRefresh({...this.job(kind), source, destination, ...more}, never);
  }

  /** What an update would find. */
  async changes(more: Partial<RefreshJob> = {}): Promise<Detection> {
    await using source = this.openSource();
    await using destination = this.openDestination();
    return (await detectChanges({...this.job('changes'), source, destination, ...more}, never)).detection;
  }

  job(kind: RefreshJob['kind']): Omit<RefreshJob, 'source' | 'destination'> {
    const {rules, maxRows = 10, commitRows, version = '1', clock} = this.options;
    return {kind, tool: {name: 'test', version}, ...this.memory, limits: {maxRows, ...(commitRows !== undefined && {commitRows})}, ...(rules && {transforms: rules()}), ...(clock && {clock})};
  }

  openSource(): Source {
    const {open = () => new SqliteSource(this.from), digests = !this.options.open} = this.options;
    return watched(digests ? digesting(open(), open) : open(), this.reads);
  }

  openDestination(file = this.target): Destination {
    return new SqliteDestination(file, {fresh: true});
  }

  /**
   * Fails unless the file is, by content and by all its objects, what a full run into an empty place
   * makes of the source now; nothing else is left in the folder, and the next update finds nothing to do.
   */
  async sameAsFresh({drift = false}: {readonly drift?: boolean} = {}): Promise<void> {
    const fresh = join(this.folder, 'fresh.db');
    rmSync(fresh, {force: true});
    {
      await using source = this.openSource();
      await using destination = this.openDestination(fresh);
      const {cause} = await runRefresh({...this.job('full'), ...memory(), source, destination}, never);
      if (cause !== undefined) throw cause as Error;
    }
    expect(contentOf(this.target)).toEqual(contentOf(fresh));
    rmSync(fresh);
    this.expectNothingLeft();
    if (drift) return;
    const {decisions, removed, full, viewsChanged, drift: found} = await this.changes();
    const again = decisions.filter(({kind}) => kind !== 'unchanged').map(({table, reasons}) => [table.source.table, ...reasons]);
    expect({full, again, removed, viewsChanged, drift: found?.found ?? []}).toEqual({full: null, again: [], removed: [], viewsChanged: false, drift: []});
  }

  /** Only the source, the file, its archives and what remembers runs. */
  expectNothingLeft(): void {
    expect(readdirSync(this.folder).filter(name => !/^(from|live)(_[\d_.-]+)?\.db$|^state/.test(name))).toEqual([]);
  }
}

/** Everything a reader of a SQLite file can see but the order of things and the numbers of rows. */
export function contentOf(file: string): {readonly objects: readonly unknown[]; readonly tables: Readonly<Record<string, readonly string[]>>} {
  const db = new Database(file, {readonly: true, fileMustExist: true});
  try {
    expect(db.pragma('integrity_check', {simple: true})).toBe('ok');
    const objects = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').raw().all() as [string, string, string, string | null][];
    const names = objects.filter(([type]) => type === 'table').map(([, name]) => name).sort();
    return {
      objects: objects.map(object => JSON.stringify(object)).sort(),
      tables: Object.fromEntries(names.map(name => [name, rowsIn(db, name)])),
    };
  } finally {
    db.close();
  }
}

/** Rows of a table, sorted, each as a text that tells all of it. */
export function rowsIn(db: Database.Database, table: string): string[] {
  return db.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`).raw().safeIntegers().all().map(row => JSON.stringify((row as unknown[]).map(spelled))).sort();
}

function spelled(value: unknown): unknown {
  if (typeof value === 'bigint') return `integer ${value}`;
  if (typeof value === 'number') return `real ${Object.is(value, -0) ? '-0' : value}`;
  return Buffer.isBuffer(value) ? `blob ${value.toString('hex')}` : value;
}

/** A source that tells its reads. */
export function watched(source: Source, reads: Read[]): Source {
  return {
    kind: source.kind,
    label: source.label,
    get warnings() { return source.warnings; },
    get snapshot() { return source.snapshot ?? null; },
    ...(source.ranges !== undefined && {ranges: source.ranges}),
    check: signal => source.check(signal),
    discover: (signal, request) => source.discover(signal, request),
    async *read(request, signal) {
      const read: Read = {table: request.schema.table, open: request.after === null && (request.until ?? null) === null, rows: 0};
      reads.push(read);
      for await (const batch of source.read(request, signal)) {
        read.rows += batch.rows.length;
        yield batch;
      }
    },
    ...(source.identity && {identity: signal => source.identity!(signal)}),
    ...(source.digestRanges && {digestRanges: (requests, signal, onTable) => source.digestRanges!(requests, signal, onTable)}),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** A source that digests its ranges through a connection of its own, as a server would: nobody sees it read. */
function digesting(source: Source, open: () => Source): Source {
  let other: Source | null = null;
  return {
    ...watched(source, []),
    async digestRanges(requests, signal, onTable) {
      other ??= open();
      const digests = [];
      for (const [i, {schema, ranges}] of requests.entries()) {
        const ofTable = [];
        for (const range of ranges) {
          const digester = rowDigester(schema.columns, schema.order === 'key' ? 'written' : 'any');
          for await (const {rows} of must(other, 'source').read({schema, ...range, maxRows: 1000, maxBytes: 1 << 20}, signal)) digester.update(rows);
          ofTable.push(digester.finish());
        }
        digests.push(ofTable);
        onTable?.(i);
      }
      return digests;
    },
    async [Symbol.asyncDispose]() {
      await other?.[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    },
  };
}

/** What a run did with each table, as `kind: reason; reason`. */
export function told({tables}: RunReport): Record<string, string> {
  return Object.fromEntries(tables.map(({name, change}) => [name, change ? [change.kind, ...change.reasons.length > 0 ? [change.reasons.join('; ')] : []].join(': ') : 'nothing told']));
}
