import {ErrorCode, PipelineError, type Adjustment, type Row, type Value} from '@sluice/core';

/** Why a column cannot hold a value, said of the column: `holds a number out of its range`. Never the value. */
export class Refusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The value as it is, as the column prints it, or why the column cannot hold it. */
export type Rewrite = (value: NonNullable<Value>) => Value | Refusal;

/** A column whose values are looked at. */
export interface FittedColumn {
  /** Its place in the row. */
  readonly at: number;
  readonly name: string;
  readonly nullable: boolean;
  /** Null: whatever the server takes it prints back unchanged. */
  readonly rewrite: Rewrite | null;
}

/**
 * Sees to it that every value is one its column prints back unchanged: what is only written in
 * another way (a missing trailing zero) is rewritten and counted, what cannot be held is refused.
 */
export class Fitting {
  readonly #table: string;
  readonly #columns: readonly FittedColumn[];
  readonly #counts = new Map<string, Adjustment>();

  constructor(table: string, columns: readonly FittedColumn[]) {
    this.#table = table;
    this.#columns = columns.filter(({nullable, rewrite}) => rewrite !== null || !nullable);
  }

  get adjustments(): readonly Adjustment[] {
    return [...this.#counts.values()];
  }

  /** Throws VALUE. `before` is how many rows of this table came earlier; deletes carry a key only. */
  fit(rows: readonly Row[], before: number, isDelete: (i: number) => boolean): void {
    for (const {at, name, nullable, rewrite} of this.#columns) {
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        const value = row[at]!;
        if (value === null) {
          if (!nullable && !isDelete(i)) this.#refuse(name, before + i, 'holds NULL, and the column allows none');
          continue;
        }
        if (!rewrite) continue;
        const fitted = rewrite(value);
        if (fitted === value || Object.is(fitted, value)) continue;
        if (fitted instanceof Refusal) this.#refuse(name, before + i, fitted.reason);
        row[at] = fitted;
        this.#count(name);
      }
    }
  }

  #refuse(column: string, row: number, reason: string): never {
    throw new PipelineError(ErrorCode.VALUE, `row ${row + 1} of table ${this.#table}: column ${column} ${reason}`, {
      table: this.#table, column, row, remedy: 'change the value on the way, or leave the column out',
    });
  }

  #count(column: string): void {
    const known = this.#counts.get(column);
    this.#counts.set(column, {column, kind: 'written as the column prints it', count: (known?.count ?? 0) + 1});
  }
}
