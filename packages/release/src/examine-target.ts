import {ErrorCode, PipelineError, type Batch, type ReadLimits, type ReleasePolicy, type Row, type Schema, type Value} from '@sluice/core';
import {riskMeter, type DisclosureRisk, type RiskMeter} from '@sluice/disclosure-risk';
import {jsonTexts} from './json-values.ts';
import type {KnownValues} from './known-values.ts';
import {References, type ReferenceCheck, type UniqueCheck} from './references.ts';
import {ResidualScan, type ColumnScan, type TextScanner} from './residual-scan.ts';
import {isOfPlaces, isOfStaff, type TableRoles, type WrittenColumn} from './roles.ts';
import type {ValueChanges} from './changed-values.ts';

export interface TargetQuestion {
  readonly tables: readonly TableRoles[];
  readonly policy: Pick<ReleasePolicy, 'profile' | 'asOf'>;
  readonly scanner: TextScanner;
  /** Null where nobody has the source: then nothing is looked for. */
  readonly known: KnownValues | null;
  /** Origins of single words of names, which a column of places may hold by its own right. */
  readonly words?: ReadonlySet<number>;
  readonly changes: ReadonlyMap<string, ValueChanges>;
  readonly population: number | null;
  readonly maxRecords: number | null;
  /** How single sensitive columns were measured before, by `table.column`; otherwise by their types. */
  readonly distances?: ReadonlyMap<string, 'equal' | 'ordered'>;
  readonly limits: ReadLimits;
  readRows(out: Schema, limits: ReadLimits, signal: AbortSignal): AsyncIterable<Batch>;
}

export interface LeakHits {
  readonly table: string;
  readonly column: string;
  /** Number of the column that the value comes from. */
  readonly origin: number;
  count: number;
}

export interface ExaminedTable {
  readonly table: string;
  readonly rows: number;
  readonly nulls: readonly number[];
  readonly ninetyOrOlder: readonly (number | null)[];
  readonly zip000: readonly (number | null)[];
  readonly scans: readonly ColumnScan[];
  readonly risk: DisclosureRisk | null;
  /** Why the risk could not be measured; null when it was, or there is none to measure. */
  readonly notMeasured: string | null;
}

export interface ExaminedTarget {
  readonly tables: readonly ExaminedTable[];
  readonly hits: readonly LeakHits[];
  /** Cells in which known values were looked for. */
  readonly cells: number;
  /** Tables by their names at the source. */
  readonly uniques: readonly UniqueCheck[];
  readonly references: readonly ReferenceCheck[];
}

/** Reads everything that was written, once. Throws as reading does. */
export async function examineTarget(question: TargetQuestion, signal: AbortSignal): Promise<ExaminedTarget> {
  const references = new References(question.tables.map(({staged}) => staged.out));
  const hits = new Map<string, LeakHits>();
  const tables: ExaminedTable[] = [];
  let cells = 0;
  for (const roles of question.tables) {
    const {out} = roles.staged;
    const table = new TableExamination(roles, question);
    for await (const {rows} of question.readRows(out, question.limits, signal)) {
      signal.throwIfAborted();
      for (const row of rows) {
        table.add(row);
        references.add(out.table, row);
        if (question.known === null) continue;
        for (const column of roles.written) {
          if (column.madeUp || isOfStaff(column)) continue;
          cells++;
          for (const origin of findIn(question.known, column, row[column.position]!)) {
            if (question.words?.has(origin) === true && isOfPlaces(column)) continue;
            const key = `${out.table}\n${column.name}\n${origin}`;
            const known = hits.get(key);
            if (known) known.count++;
            else hits.set(key, {table: roles.staged.source.table, column: column.name, origin, count: 1});
          }
        }
      }
    }
    tables.push(table.result());
  }
  const sourceOf = new Map(question.tables.map(({staged: {source, out}}) => [out.table, source.table]));
  const named = (table: string) => sourceOf.get(table) ?? table;
  return {
    tables, hits: [...hits.values()], cells,
    uniques: references.uniques().map(one => ({...one, table: named(one.table)})),
    references: references.references().map(one => ({...one, table: named(one.table), references: named(one.references)})),
  };
}

/** Days and times are everybody's; a number has to be long to be anybody's; bytes are read as text. */
function findIn(known: KnownValues, {column: {type}, madeUpAt}: WrittenColumn, value: Value): readonly number[] {
  if (value === null || typeof value === 'boolean' || type === 'date' || type === 'time' || type === 'timestamp' || type === 'timestamptz') return [];
  if (value instanceof Uint8Array) return known.find(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8'));
  const document = madeUpAt !== undefined && typeof value === 'string' ? jsonTexts(value) : null;
  if (document !== null) return known.find([...document.scalars.flatMap(({path, text}) => madeUpAt!(path) ? [] : [text]), ...document.members].join('\n'));
  if (typeof value === 'string' && type !== 'decimal') return known.find(value);
  return known.findNumber(String(value));
}

class TableExamination {
  readonly #roles: TableRoles;
  readonly #scans: readonly {readonly scan: ResidualScan; readonly position: number}[];
  readonly #nulls: number[];
  readonly #ninety: readonly (((value: Value) => boolean) | null)[];
  readonly #zips: readonly boolean[];
  readonly #ninetyCounts: number[];
  readonly #zipCounts: number[];
  readonly #changes: ValueChanges | null;
  #meter: RiskMeter | null;
  #notMeasured: string | null = null;
  #rows = 0;

  constructor(roles: TableRoles, {policy, scanner, changes, population, maxRecords, distances}: TargetQuestion) {
    const {written, staged, quasiAfter, sensitive, personAfter} = roles;
    this.#roles = roles;
    this.#scans = written.map(column => ({scan: new ResidualScan(column, scanner, policy.profile, policy.asOf), position: column.position}));
    this.#nulls = written.map(() => 0);
    this.#ninetyCounts = written.map(() => 0);
    this.#zipCounts = written.map(() => 0);
    this.#ninety = written.map(({decided}) => ninetyTest(decided?.method, policy.asOf));
    this.#zips = written.map(({decided}) => decided?.method === 'zip3');
    this.#changes = changes.get(staged.source.table) ?? null;
    const there = new Set(written.map(({name}) => name));
    const told = sensitive.filter(name => there.has(name)).map(column => {
      const distance = distances?.get(`${staged.source.table}.${column}`);
      return {column, ...(distance && {distance})};
    });
    this.#meter = quasiAfter.length === 0 && told.length === 0 ? null : riskMeter(staged.out, {
      quasi: quasiAfter, sensitive: told, ...(personAfter && {person: personAfter}), ...(population !== null && {population}), ...(maxRecords !== null && {maxRecords}),
    });
  }

  add(row: Row): void {
    this.#rows++;
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      if (value === null) this.#nulls[i]!++;
      else {
        if (this.#ninety[i]?.(value) === true) this.#ninetyCounts[i]!++;
        if (this.#zips[i] === true && String(value) === '000') this.#zipCounts[i]!++;
      }
    }
    for (const {scan, position} of this.#scans) scan.add(row[position]!);
    this.#changes?.after(row);
    if (this.#meter === null) return;
    const failure = measured(this.#meter, row);
    if (failure === null) return;
    this.#notMeasured = failure;
    this.#meter = null;
  }

  result(): ExaminedTable {
    return {
      table: this.#roles.staged.source.table, rows: this.#rows, nulls: this.#nulls,
      ninetyOrOlder: this.#ninety.map((test, i) => test === null ? null : this.#ninetyCounts[i]!), zip000: this.#zips.map((is, i) => is ? this.#zipCounts[i]! : null),
      scans: this.#scans.map(({scan}) => scan.result()), risk: this.#meter?.result() ?? null, notMeasured: this.#notMeasured,
    };
  }
}

/** Adds a row; resolves with why no more can be taken, null when it was. */
export function measured(meter: RiskMeter, row: Row): string | null {
  try {
    meter.add([row]);
    return null;
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.VALUE) throw error;
    return error.message;
  }
}

/** Whether a value says that somebody is 90 or older, after a method that says it. */
function ninetyTest(method: string | undefined, asOf: string | null): ((value: Value) => boolean) | null {
  if (method === 'age90') return value => Number.parseInt(String(value), 10) >= 90;
  if (method !== 'yearFloor90' || asOf === null) return null;
  const last = Number(asOf.slice(0, 4)) - 90;
  return value => Number.parseInt(String(value).replace(/^\D+/u, ''), 10) <= last;
}
