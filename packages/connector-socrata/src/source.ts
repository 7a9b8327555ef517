import {begun, ErrorCode, must, PipelineError, type Batch, type Begun, type Catalog, type CursorBound, type CursorRequest, type DiscoverRequest, type Problem, type ReadRequest, type Schema, type Source, type SourceIdentity, type SystemFacts} from '@sluice/core';
import {conditionProblem} from './condition.ts';
import {cursorBound} from './cursor.ts';
import {datasetOf, distinct, type Dataset} from './dataset.ts';
import type {SocrataEndpoint} from './endpoint.ts';
import {isMissingColumn, isRefusedQuery, notSocrata} from './errors.ts';
import type {PageKeep} from './page-keep.ts';
import {Portal, type Figures} from './portal.ts';
import type {ProvedRead} from './prove-read.ts';
import {readTable} from './read-table.ts';
import {columnsOf} from './row-reader.ts';
import {totalsQuery} from './soql.ts';
import {Tally, type ColumnFigures} from './tally.ts';
import {systemTiming, type Timing} from './timing.ts';

/** What a portal says of the rows of a data set. */
export interface RowTotals {
  readonly rows: number;
  /** When one of them changed last, as the portal prints it; null where there is none. */
  readonly lastUpdated: string | null;
}

/** What a portal says of rows without sending one. */
export interface RowFigures extends RowTotals {
  /** In the order of the table; columns of which no figures can be compared are not among them. Null: the portal refuses to count and sum. */
  readonly columns: readonly ColumnFigures[] | null;
}

export interface SourceOptions {
  /** What keeps the rows of a read from the first to the last, one at a time; null: nobody. */
  readonly keep?: PageKeep | null;
  /** The end of a read is not held back until the portal has counted and summed: whoever reads asks `proved` before anybody relies on what was read. */
  readonly provesLater?: boolean;
}

/** Data sets of a portal as tables. */
export class SocrataSource implements Source {
  readonly kind = 'socrata';
  readonly label: string;
  readonly #endpoint: SocrataEndpoint;
  readonly #portal: Portal;
  readonly #keep: PageKeep | null;
  readonly #provesLater: boolean;
  /** Of reads that came to their end, by table, where nobody waited for it. */
  readonly #proofs = new Map<string, Begun<ProvedRead>>();
  #datasets: readonly Dataset[] | null = null;

  constructor(endpoint: SocrataEndpoint, timing: Timing = systemTiming, {keep = null, provesLater = false}: SourceOptions = {}) {
    this.#endpoint = endpoint;
    this.#keep = keep;
    this.#provesLater = provesLater;
    this.label = endpoint.label;
    this.#portal = new Portal(endpoint, timing);
  }

  get warnings(): readonly string[] {
    return [...this.#portal.warnings, ...this.#datasets?.flatMap(({warnings}) => warnings) ?? []];
  }

  /** When the publisher changed the rows last, by metadata, which may lag. */
  get snapshot(): string | null {
    const moments = this.#datasets?.flatMap(({id, rowsUpdatedAt}) => (rowsUpdatedAt === null ? [] : [`${id} as of ${rowsUpdatedAt}`])) ?? [];
    return moments.length === 0 ? null : moments.join(', ');
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    for (const id of this.#endpoint.ids) {
      signal.throwIfAborted();
      try {
        await this.#describe(id, signal);
        await this.#portal.figures(id, totalsQuery({where: null, after: null}), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof PipelineError)) throw error;
        problems.push({path: id, message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`});
        // A portal that is not there is one problem, however many data sets it has.
        if (error.code === ErrorCode.CONNECT || error.code === ErrorCode.CONFIG) break;
      }
    }
    signal.throwIfAborted();
    return problems;
  }

  async about(signal: AbortSignal): Promise<SystemFacts> {
    await this.#discovered(signal);
    const {api, encryption, reader} = this.#portal;
    return {system: `Socrata, SODA ${api}`, ...(encryption !== null && {encryption}), place: `${this.#endpoint.host}, ${reader}`};
  }

  async identity(): Promise<SourceIdentity> {
    return {id: this.label, traits: {api: this.#portal.api}};
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    const datasets = (await this.#discovered(signal)).filter(({schema}) => wants(schema.table));
    return {tables: datasets.map(({schema}) => schema), views: [], others: datasets.flatMap(({omissions}) => omissions)};
  }

  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    yield* readTable(this.#portal, await this.#dataset(request.schema, signal), this.#endpoint, request, signal, {
      keep: this.#keep, later: this.#provesLater ? (table, prove) => this.#begin(table, prove, signal) : null,
    });
  }

  /** What the portal says of the last read of a table, where proofs come later. Throws VERIFY where that is not what came, and as queries do. */
  async proved({table}: Pick<Schema, 'table'>): Promise<ProvedRead> {
    return await must(this.#proofs.get(table), `a whole read of table ${table}`).result;
  }

  async settleCursors(requests: readonly CursorRequest[], signal: AbortSignal): Promise<readonly CursorBound[]> {
    const bounds: CursorBound[] = [];
    for (const request of requests) bounds.push(await cursorBound(this.#portal, await this.#dataset(request, signal), request, signal));
    return bounds;
  }

  /** How many rows meet a condition (null: all), and when one of them changed last, in one query. Throws CONFIG for what is no condition, CONNECT, AUTH, SCHEMA. */
  async totals(schema: Pick<Schema, 'table'>, where: string | null, signal: AbortSignal): Promise<RowTotals> {
    refuseCondition(schema, where);
    const {id} = await this.#dataset(schema, signal);
    return this.#totalsOf(await this.#portal.figures(id, totalsQuery({where, after: null}), signal));
  }

  /** What rows are counted and summed with, to be compared with `figures` of the same table. Throws SCHEMA for a table that is not as described. */
  async tally(schema: Schema, signal: AbortSignal): Promise<Tally> {
    return await this.#tally(schema, true, signal);
  }

  /**
   * Counts, sums, least and greatest values of each column over the rows that meet a condition (null: all), as the portal computes them; reads no row.
   * Throws VERIFY when the data set changes while it is asked, which a later call may not meet, and as `totals` does.
   */
  async figures(schema: Schema, where: string | null, signal: AbortSignal): Promise<RowFigures> {
    refuseCondition(schema, where);
    // The least of texts is more than every portal may want to look for.
    for (const texts of [true, false]) {
      const tally = await this.#tally(schema, texts, signal);
      const queries = tally.queries();
      if (queries.length === 0) return {...await this.totals(schema, where, signal), columns: []};
      try {
        const {totals, figures} = await this.#ask(schema, where, queries, signal);
        return {...totals, columns: tally.said(figures)};
      } catch (error) {
        if (!isRefusedQuery(error)) throw error;
      }
    }
    return {...await this.totals(schema, where, signal), columns: null};
  }

  async checkFilter(schema: Schema, where: string, signal: AbortSignal): Promise<string | null> {
    const problem = conditionProblem(where);
    if (problem !== null) return problem;
    const {id} = await this.#dataset(schema, signal);
    try {
      await this.#portal.figures(id, totalsQuery({where, after: null}), signal);
      return null;
    } catch (error) {
      if (isMissingColumn(error)) return 'it names a column that the data set has not';
      if (isRefusedQuery(error)) return `the portal refuses it (${error.native})`;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const proof of this.#proofs.values()) await proof[Symbol.asyncDispose]();
    this.#portal[Symbol.dispose]();
  }

  #begin(table: string, prove: (signal: AbortSignal) => Promise<ProvedRead>, signal: AbortSignal): void {
    // Of a table that is read twice the last time counts.
    void this.#proofs.get(table)?.[Symbol.asyncDispose]();
    this.#proofs.set(table, begun(prove, signal));
  }

  async #tally(schema: Schema, texts: boolean, signal: AbortSignal): Promise<Tally> {
    return new Tally(this.#endpoint.totals === 'columns' ? columnsOf(await this.#dataset(schema, signal), schema) : [], {texts});
  }

  /** What several queries say of one moment. Throws VERIFY where they do not. */
  async #ask(schema: Schema, where: string | null, queries: readonly (readonly string[])[], signal: AbortSignal): Promise<{readonly totals: RowTotals; readonly figures: Figures}> {
    const {id} = await this.#dataset(schema, signal);
    const all = new Map<string, string | null>();
    let totals: RowTotals | null = null;
    for (const wanted of queries) {
      const said = await this.#portal.figures(id, totalsQuery({where, after: null}, wanted), signal);
      // One answer is of one moment; several are when they say so.
      const {rows, lastUpdated} = this.#totalsOf(said);
      totals ??= {rows, lastUpdated};
      if (rows !== totals.rows || lastUpdated !== totals.lastUpdated) {
        throw new PipelineError(ErrorCode.VERIFY, `table ${schema.table}: the publisher changed the data set while it was counted`, {table: schema.table, retryable: true, remedy: 'run again, at an hour when the publisher does not'});
      }
      for (const [name, figure] of said) all.set(name, figure);
    }
    return {totals: must(totals, 'answer'), figures: all};
  }

  #totalsOf(figures: Figures): RowTotals {
    const rows = Number(figures.get('all_rows') ?? undefined);
    if (!Number.isSafeInteger(rows)) throw notSocrata(this.#endpoint.host, 'its count of rows is no whole number');
    return {rows, lastUpdated: figures.get('last_updated') ?? null};
  }

  async #dataset({table}: Pick<Schema, 'table'>, signal: AbortSignal): Promise<Dataset> {
    const dataset = (await this.#discovered(signal)).find(({schema}) => schema.table === table);
    if (!dataset) throw new PipelineError(ErrorCode.SCHEMA, `there is no table ${table} in ${this.label}`, {table, remedy: 'run again: the publisher has given the data set another name; table=NAME in the URL keeps one'});
    return dataset;
  }

  async #discovered(signal: AbortSignal): Promise<readonly Dataset[]> {
    signal.throwIfAborted();
    if (this.#datasets) return this.#datasets;
    const datasets: Dataset[] = [];
    for (const id of this.#endpoint.ids) datasets.push(await this.#describe(id, signal));
    return this.#datasets = distinct(datasets);
  }

  async #describe(id: string, signal: AbortSignal): Promise<Dataset> {
    return datasetOf(id, await this.#portal.metadata(id, signal), this.#endpoint);
  }
}

function refuseCondition({table}: Pick<Schema, 'table'>, where: string | null): void {
  const problem = where === null ? null : conditionProblem(where);
  if (problem !== null) throw new PipelineError(ErrorCode.CONFIG, `the condition of table ${table} cannot be used: ${problem}`, {table});
}
