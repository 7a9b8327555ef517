import type {Batch, Catalog, ReadRequest, Schema, Source, Transform} from '@sluice/core';
import {planTable, type CopyPlan, type PlannedTable} from '@sluice/engine';

/** Makes a batch, in place, what the destination can hold. */
export type Fitter = (schema: Schema) => (batch: Batch) => void;

const asItIs: Fitter = () => () => {};

/** A source as it is after the transforms; with `fitter` in the form in which the destination can hold it. Prepare the transforms first. */
export class TransformedSource implements Source {
  readonly kind: string;
  readonly label: string;
  readonly #source: Source;
  readonly #plan: CopyPlan;
  readonly #transforms: readonly Transform[];
  readonly #fitter: Fitter;

  constructor(source: Source, plan: CopyPlan, transforms: readonly Transform[], fitter: Fitter = asItIs) {
    this.kind = source.kind;
    this.label = source.label;
    this.#source = source;
    this.#plan = plan;
    this.#transforms = transforms;
    this.#fitter = fitter;
  }

  get warnings(): readonly string[] {
    return this.#plan.warnings;
  }

  get snapshot(): string | null {
    return this.#source.snapshot ?? null;
  }

  async check(): Promise<readonly []> {
    return [];
  }

  async discover(): Promise<Catalog> {
    return {tables: this.#plan.tables.map(({out}) => out), views: [], others: []};
  }

  async *read({schema, ...request}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    const {read, out} = this.#tableOf(schema.table);
    const planned = planTable(read, this.#transforms);
    if (planned === null) throw new Error(`the plan of table ${schema.table} changed between planning and reading`);
    const fit = this.#fitter(out);
    for await (const incoming of this.#source.read({...request, schema: read}, signal)) {
      let batch = incoming;
      for (const step of planned.steps) batch = step.apply(batch);
      fit(batch);
      yield batch;
    }
  }

  /** Columns of a table, as it comes out, that come out different every time. */
  randomOf(table: string): readonly string[] {
    return planTable(this.#tableOf(table).read, this.#transforms)?.random ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #tableOf(table: string): PlannedTable {
    const found = this.#plan.tables.find(({out}) => out.table === table);
    if (!found) throw new Error(`table ${table} is not in the plan`);
    return found;
  }
}
