import type {Batch, Operation} from './batch.ts';
import type {Adjustment} from './destination.ts';
import {ErrorCode, PipelineError} from './errors.ts';
import type {Fitted, QuarantinedRow, TableLossRules} from './loss.ts';
import type {Verdict} from './profile.ts';
import type {Row, Value} from './value.ts';

/** Why a column cannot hold a value, said of the column: `holds a number out of its range`. Never the value. */
export class Refusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The value as it is, as the column gives it back, or why the column cannot hold it. */
export type Rewrite = (value: NonNullable<Value>) => Value | Refusal;

/** A column whose values are looked at. */
export interface FittedColumn {
  /** Its place in the row. */
  readonly at: number;
  readonly name: string;
  readonly nullable: boolean;
  /** Null: whatever the destination takes it gives back unchanged. */
  readonly rewrite: Rewrite | null;
  /** What it is that `rewrite` changes, for the report; default: the value is written in another way. */
  readonly adjusts?: string;
}

const REWRITTEN = 'written as the column prints it';
const NULL_REFUSED = new Refusal('holds NULL, and the column allows none');

/**
 * Sees to it that every value is one its column gives back unchanged: what is only written in
 * another way (a missing trailing zero) is rewritten and counted; what cannot be held meets the rule of
 * its column, and is counted with it.
 */
export class Fitting {
  readonly #table: string;
  readonly #columns: readonly FittedColumn[];
  readonly #rules: TableLossRules;
  /** Columns whose rows may be taken out. */
  readonly #sieve: readonly FittedColumn[];
  readonly #counts = new Map<string, Adjustment & {count: number}>();
  #aside = 0;

  constructor(table: string, columns: readonly FittedColumn[], rules: TableLossRules = new Map()) {
    this.#table = table;
    this.#rules = rules;
    this.#columns = columns.filter(({nullable, rewrite}) => rewrite !== null || !nullable);
    this.#sieve = this.#columns.filter(({name}) => rules.get(name) === 'quarantine');
  }

  get adjustments(): readonly Adjustment[] {
    return Array.from(this.#counts.values(), adjustment => ({...adjustment}));
  }

  /**
   * Fits the rows in place. `before` is how many rows of this table were written earlier; deletes carry a
   * key only. Throws VALUE.
   */
  fit(batch: Batch, before: number): Fitted {
    const first = before + this.#aside;
    const fitted = this.#takeOut(batch, first);
    const {batch: {rows, ops}, quarantined} = fitted;
    for (const column of this.#columns) {
      const {at} = column;
      let adjusted = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        const value = row[at]!;
        const found = fitOne(column, value, ops?.[i]);
        if (Object.is(found, value)) continue;
        if (found instanceof Refusal) {
          // A column that allows no NULL cannot be helped by one.
          if (this.#rules.get(column.name) !== 'null' || !column.nullable) throw this.#failure(column.name, first + placeOf(i, first, quarantined), found);
          row[at] = null;
          this.#count({column: column.name, kind: found.reason, rule: 'null'});
          continue;
        }
        row[at] = found;
        adjusted++;
      }
      if (adjusted > 0) this.#count({column: column.name, kind: column.adjusts ?? REWRITTEN}, adjusted);
    }
    return fitted;
  }

  /** What `fit` would make of one value, whatever the rules are. */
  judge(column: string, value: Value): Verdict {
    const found = this.#columns.find(({name}) => name === column);
    if (!found) return null;
    const fitted = fitOne(found, value, undefined);
    if (Object.is(fitted, value)) return null;
    return fitted instanceof Refusal ? {refused: fitted.reason} : {adjusted: found.adjusts ?? REWRITTEN};
  }

  /** Takes out, before anything is changed, the rows that the rules set aside: they are kept as they came. */
  #takeOut(batch: Batch, first: number): Fitted {
    const {rows, ops} = batch;
    const reasons = new Map<number, {column: string; reason: string}[]>();
    for (const column of this.#sieve) {
      for (let i = 0; i < rows.length; i++) {
        const fitted = fitOne(column, rows[i]![column.at]!, ops?.[i]);
        if (!(fitted instanceof Refusal)) continue;
        const known = reasons.get(i);
        if (known) known.push({column: column.name, reason: fitted.reason});
        else reasons.set(i, [{column: column.name, reason: fitted.reason}]);
        this.#count({column: column.name, kind: fitted.reason, rule: 'quarantine'});
      }
    }
    if (reasons.size === 0) return {batch, quarantined: []};
    const quarantined = [...reasons].sort(([a], [b]) => a - b).map(([i, why]): QuarantinedRow => ({row: rows[i]!, ordinal: first + i, reasons: why}));
    this.#aside += quarantined.length;
    const isKept = (_: Row | Operation, i: number) => !reasons.has(i);
    const staying = rows.filter(isKept);
    for (const [i, row] of staying.entries()) rows[i] = row;
    rows.length = staying.length;
    return {batch: ops ? {...batch, ops: ops.filter(isKept)} : batch, quarantined};
  }

  #failure(column: string, row: number, {reason}: Refusal): PipelineError {
    return new PipelineError(ErrorCode.VALUE, `row ${row + 1} of table ${this.#table}: column ${column} ${reason}`, {
      table: this.#table, column, row, remedy: 'change the value on the way, or leave the column out',
    });
  }

  #count(one: Omit<Adjustment, 'count'>, count = 1): void {
    const key = JSON.stringify([one.column, one.rule, one.kind]);
    const known = this.#counts.get(key);
    if (known) known.count += count;
    else this.#counts.set(key, {...one, count});
  }
}

function fitOne({nullable, rewrite}: FittedColumn, value: Value, op: Operation | undefined): Value | Refusal {
  if (value === null) return nullable || op === 'delete' ? null : NULL_REFUSED;
  return rewrite ? rewrite(value) : value;
}

/** Where the i-th of the rows that stay was in its batch. */
function placeOf(i: number, first: number, quarantined: readonly QuarantinedRow[]): number {
  let place = i;
  for (const {ordinal} of quarantined) if (ordinal - first <= place) place++;
  return place;
}
