import {rowDigester, type RowDigester, type TableDigest} from '@sluice/checksum';
import {ErrorCode, PipelineError, type Adjustment, type QuarantinedRow, type RowOrder, type Schema, type TransformPlan, type Writer} from '@sluice/core';
import {TextColumns} from './as-text.ts';
import type {TableState} from './ledger.ts';
import {planTable, type CopyPlan} from './plan.ts';
import type {CopyRequest} from './request.ts';

/** What all parts of one table have in common while it is copied. Its parts may be on their way side by side: nothing here waits. */
export class TableRun {
  readonly state: TableState;
  readonly parts: number;
  readonly steps: readonly TransformPlan[];
  readonly texts: TextColumns;
  readonly #wantsDigest: boolean;
  readonly #adjustments: Adjustment[] = [];
  #digester: RowDigester | null = null;
  /** Rows that were fitted, of all parts. */
  #fitted = 0;

  constructor(state: TableState, parts: number, {beside, losses}: CopyPlan, {transforms = [], verify}: Pick<CopyRequest, 'transforms' | 'verify'>) {
    const {read, out} = state.table;
    const planned = planTable(read, transforms);
    if (planned === null) throw new Error(`the plan of table ${read.table} changed between planning and running`);
    this.state = state;
    this.parts = parts;
    this.steps = planned.steps;
    this.texts = new TextColumns(out, losses.asText);
    this.#wantsDigest = beside && verify !== false;
  }

  /** For rows in the order of a writer; parts of a table have none among them. Null without verification. */
  digester(order: RowOrder): RowDigester | null {
    if (!this.#wantsDigest) return null;
    return this.#digester ??= rowDigester(this.state.table.out.columns, this.parts > 1 ? 'any' : order);
  }

  /** Counts rows of a part that were fitted after `before` others of it. Rows that were set aside are told by their place in the table. */
  placed(quarantined: readonly QuarantinedRow[], before: number, rows: number): readonly QuarantinedRow[] {
    const shift = this.#fitted - before;
    this.#fitted += rows;
    return shift === 0 ? quarantined : quarantined.map(each => ({...each, ordinal: each.ordinal + shift}));
  }

  /** An error of a part: a writer that sees some of the rows counts only those. */
  told(error: unknown, part: number): unknown {
    if (this.parts === 1 || !(error instanceof PipelineError) || error.code !== ErrorCode.VALUE || error.context.row === undefined) return error;
    return new PipelineError(error.code, `${error.message} (counted within part ${part + 1} of ${this.parts})`, {...error.context, cause: error, ...(error.remedy !== undefined && {remedy: error.remedy})});
  }

  /** A part is done. */
  done({adjustments}: Writer): void {
    for (const each of adjustments) {
      const at = this.#adjustments.findIndex(({column, kind, rule}) => column === each.column && kind === each.kind && rule === each.rule);
      if (at < 0) this.#adjustments.push(each);
      else this.#adjustments[at] = {...each, count: this.#adjustments[at]!.count + each.count};
    }
  }

  /** All parts are done. Resolves with the digest of what was written, when it is wanted. Throws WRITE when rows are missing. */
  finish(): TableDigest | null {
    const {state, steps, texts} = this;
    state.notes = steps.flatMap(step => step.notes?.() ?? []);
    state.adjustments = [...texts.adjustments, ...this.#adjustments];
    const written = this.#digester?.finish() ?? null;
    refuseMissing(state, state.table.out);
    return written;
  }
}

function refuseMissing({rowsCommitted, rowsSent}: TableState, {table}: Schema): void {
  if (rowsCommitted >= rowsSent) return;
  throw new PipelineError(ErrorCode.WRITE, `${rowsSent} rows were written to table ${table}, but ${rowsCommitted} arrived`, {table, remedy: 'nothing was published; run again'});
}
