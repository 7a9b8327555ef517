import {ErrorCode, PipelineError, type Adjustment, type Batch, type Value, type Verdict} from '@sluice/core';
import {fitterOf, type Fitter} from './bind.ts';
import type {TablePlan} from './table-plan.ts';

/** Makes batches what SQLite can hold, and counts what it had to change. */
export class Fitting {
  readonly #table: string;
  readonly #fitters: readonly {readonly at: number; readonly column: string; readonly fit: Fitter}[];
  readonly #counts = new Map<string, Adjustment & {count: number}>();

  constructor(plan: TablePlan) {
    this.#table = plan.schema.table;
    this.#fitters = plan.columns.flatMap(({column, rule}, at) => {
      const fit = fitterOf(column, rule.storage, at === plan.alias);
      return fit === null ? [] : [{at, column: column.name, fit}];
    });
  }

  get adjustments(): readonly Adjustment[] {
    return [...this.#counts.values()].map(adjustment => ({...adjustment}));
  }

  /** `ordinal` is that of the first row in the run. Throws VALUE. */
  fit({rows, ops}: Batch, ordinal: number): void {
    for (const {at, column, fit} of this.#fitters) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        const found = fit(row[at]!);
        if (found === null) continue;
        if ('refused' in found) {
          if (ops?.[i] === 'delete' && row[at] === null) continue;
          throw new PipelineError(ErrorCode.VALUE, found.refused, {table: this.#table, column, row: ordinal + i});
        }
        row[at] = found.value;
        this.#count(column, found.adjusted);
      }
    }
  }

  /** What `fit` would make of one value, without making it. */
  judge(column: string, value: Value): Verdict {
    const found = this.#fitters.find(fitter => fitter.column === column)?.fit(value) ?? null;
    return found === null ? null : 'refused' in found ? {refused: found.refused} : {adjusted: found.adjusted};
  }

  #count(column: string, kind: string): void {
    const key = JSON.stringify([column, kind]);
    const known = this.#counts.get(key);
    if (known) known.count++;
    else this.#counts.set(key, {column, kind, count: 1});
  }
}
