import {assert, checkGroups, ErrorCode, Fitting, groupColumns, groupText, must, PipelineError, refuseMissingColumns} from '@sluice/core';
import type {Adjustment, GroupChange, GroupsRequest, GroupStore, GroupTable, Position, ReplacedGroups, Row, Value} from '@sluice/core';
import type {MemoryDatabase, MemoryTable} from './database.ts';
import {keyReader} from './key.ts';
import {fitInto, widen} from './layout.ts';
import {columnPositions} from './source.ts';

/** A table of a family, and where its columns are. */
interface KeptTable {
  readonly table: GroupTable;
  readonly key: readonly number[];
  readonly fitting: Fitting;
}

/** Keeps groups of rows in tables of a database. All tables change in one `put`, or none. */
export class MemoryGroups implements GroupStore {
  readonly #database: MemoryDatabase;
  readonly #request: GroupsRequest;
  readonly #families: readonly (readonly KeptTable[])[];
  readonly #release: () => void;
  #open = true;

  constructor(database: MemoryDatabase, request: GroupsRequest) {
    checkGroups(request);
    this.#database = database;
    this.#request = request;
    this.#families = request.families.map(({tables}) => tables.map((table): KeptTable => {
      const {schema} = table;
      const rules = request.losses?.get(schema.table);
      return {table, key: groupColumns(table), fitting: new Fitting(schema.table, schema.columns.map(({name, nullable}, at) => ({at, name, nullable: nullable && !table.group.includes(name), rewrite: null})), rules)};
    }));
    const schemas = request.families.flatMap(({tables}) => tables.map(({schema}) => schema));
    const kept = schemas.map((schema): MemoryTable => {
      const there = database.tables.get(schema.table);
      if (!there && request.readOnly) throw new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} does not exist`, {table: schema.table, remedy: 'load it first'});
      if (!there) return {schema, rows: [], position: null};
      if (request.readOnly) refuseMissingColumns(schema, there.schema.columns);
      const fitted = fitInto(there.schema, schema).schema;
      return {...there, schema: fitted, rows: there.rows.map(row => widen(row, fitted.columns.length))};
    });
    this.#release = request.readOnly ? () => {} : database.hold(schemas.map(({table}) => table));
    if (!request.readOnly) database.put(kept);
  }

  get adjustments(): ReadonlyMap<string, readonly Adjustment[]> {
    return new Map(this.#families.flat().flatMap(({table: {schema}, fitting: {adjustments}}) => (adjustments.length > 0 ? [[schema.table, adjustments] as const] : [])));
  }

  async position(signal: AbortSignal): Promise<Position | null> {
    this.#reach(signal);
    return this.#database.positions.get(this.#request.positionKey) ?? null;
  }

  fit(family: number, rows: readonly (readonly Row[])[]): void {
    for (const [i, {fitting}] of this.#family(family).entries()) fitting.fit({rows: [...must(rows[i], 'rows of the table')], position: null}, 0);
  }

  key(_family: number, key: Row): Row | null {
    return key.includes(null) ? null : key;
  }

  async replace(changes: readonly GroupChange[], position: Position | undefined, signal: AbortSignal): Promise<ReplacedGroups> {
    this.#reach(signal);
    assert(!this.#request.readOnly, 'the store may write');
    let deleted = 0;
    let inserted = 0;
    const changed = new Map<string, MemoryTable>();
    for (const {family, groups, rows, empty} of changes) {
      const texts = new Set(groups.map(groupText));
      for (const [i, {table: {schema}, key}] of this.#family(family).entries()) {
        const coming = must(rows[i], 'rows of the table');
        for (const row of coming) assert(texts.has(textOf(row, key)), 'every row belongs to a group that is replaced');
        const there = changed.get(schema.table) ?? this.#table(schema.table);
        const keyThere = key.map(at => columnPositions(there.schema, schema)[at]!);
        const stays = empty ? [] : there.rows.filter(row => !texts.has(textOf(row, keyThere)));
        const {positions} = fitInto(there.schema, schema);
        const after = [...stays, ...coming.map(row => positions.map(at => (at < 0 ? null : row[at]!)))];
        refuseTwice(there, after);
        deleted += there.rows.length - stays.length;
        inserted += coming.length;
        changed.set(schema.table, {...there, rows: after});
      }
    }
    this.#database.put([...changed.values()], position === undefined ? [] : [[this.#request.positionKey, position]]);
    return {deleted, inserted};
  }

  async read(family: number, groups: readonly Row[], signal: AbortSignal): Promise<readonly (readonly Row[])[]> {
    this.#reach(signal);
    const texts = new Set(groups.map(groupText));
    const tables = this.#database.tables;
    return this.#family(family).map(({table: {schema}, key}) => {
      const {schema: stored, rows} = must(tables.get(schema.table), 'table');
      const positions = columnPositions(stored, schema);
      return rows.map(row => positions.map(at => row[at]!)).filter(row => texts.has(textOf(row, key)));
    });
  }

  async keys(family: number, after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]> {
    this.#reach(signal);
    const found = new Map<string, Row>();
    for (const row of this.#keyRows(family)) {
      if (row.every(value => value !== null) && (after === null || compare(row, after) > 0)) found.set(groupText(row), row);
    }
    return [...found.values()].sort(compare).slice(0, limit);
  }

  async keyless(family: number, signal: AbortSignal): Promise<readonly number[]> {
    this.#reach(signal);
    return this.#family(family).map(kept => this.#keysOf(kept).filter(row => row.includes(null)).length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    this.#release();
  }

  #reach(signal: AbortSignal): void {
    assert(this.#open, 'the store is open');
    signal.throwIfAborted();
    this.#database.reach();
  }

  #family(family: number): readonly KeptTable[] {
    return must(this.#families[family], 'family of the store');
  }

  #table(name: string): MemoryTable {
    return must(this.#database.tables.get(name), 'table');
  }

  #keyRows(family: number): Row[] {
    return this.#family(family).flatMap(kept => this.#keysOf(kept));
  }

  #keysOf({table: {schema}, key}: KeptTable): Row[] {
    const {schema: stored, rows} = this.#table(schema.table);
    const positions = columnPositions(stored, schema);
    return rows.map(row => key.map(at => row[positions[at]!]!));
  }
}

function textOf(row: Row, key: readonly number[]): string {
  return groupText(key.map(at => row[at]!));
}

/** Throws VALUE when two rows have one primary key. */
function refuseTwice({schema}: MemoryTable, rows: readonly Row[]): void {
  const keyOf = keyReader(schema);
  if (!keyOf) return;
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row);
    if (seen.has(key)) throw new PipelineError(ErrorCode.VALUE, `table ${schema.table}: the primary key is there already`, {table: schema.table});
    seen.add(key);
  }
}

/** By the values, column by column; within a column all are of one type. */
function compare(a: Row, b: Row): number {
  for (const [i, value] of a.entries()) {
    const [x, y] = [sortable(value), sortable(b[i]!)];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

const sortable = (value: Value): string | number | bigint => (
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : typeof value === 'boolean' ? Number(value) : Number.isNaN(value) ? Infinity : value ?? '');
