/// <reference lib="es2024.string" />
import {type Column, type ColumnType, ErrorCode, PipelineError, plainDecimal} from '@sluice/core';
import {readBytes} from '@sluice/csv-staging';
import {type JsonKind, scanMembers} from './json-line.ts';
import {linesOf} from './json-lines.ts';
import {INT64_MAX, INT64_MIN, isDouble, UINT64_MAX} from './number-text.ts';

/**
 * The columns of a JSON Lines file without a description, from one pass over all its lines, in the
 * order in which their keys first appear. Each gets the narrowest type that keeps every value to the
 * letter: numbers are `int`, `decimal` as soon as one has a fraction, `float` when one has an
 * exponent and doubles hold them all; values of several kinds, objects and arrays become `json`.
 * Holds one column's findings, no values. Throws VALUE with the row, SCHEMA for a key without a name.
 */
export async function inferColumns(path: string, table: string, signal: AbortSignal): Promise<readonly Column[]> {
  const findings = new Map<string, Finding>();
  let row = 0;
  const member = (key: string, kind: JsonKind, text: string) => {
    let finding = findings.get(key);
    if (finding === undefined) {
      if (key === '' || !key.isWellFormed()) {
        throw new PipelineError(ErrorCode.SCHEMA, `data row ${row + 1}: key ${findings.size + 1} has no name that a column can have`, {table, row, remedy: 'correct that line of the file'});
      }
      findings.set(key, finding = new Finding());
    }
    finding.add(kind, text);
  };
  for await (const lines of linesOf(readBytes(path, signal), signal)) {
    for (const line of lines) {
      row = line.row;
      const wrong = scanMembers(line.text, member);
      if (wrong !== null) {
        throw new PipelineError(ErrorCode.VALUE, `data row ${row + 1}: is not a JSON object in one line (character ${wrong + 1})`, {table, row, remedy: 'correct that line of the file'});
      }
    }
  }
  return [...findings].map(([name, finding]): Column => ({name, nullable: true, ...finding.type()}));
}

/** What was seen of one column. */
class Finding {
  readonly #kinds = new Set<JsonKind>();
  #fraction = false;
  #exponent = false;
  /** Some exponent is too large to be written out. */
  #vast = false;
  #doubles = true;
  #least = 0n;
  #most = 0n;
  /** Fraction digits when all numbers have the same; null when they differ. */
  #scale: number | null | undefined;
  #wholeDigits = 1;

  add(kind: JsonKind, text: string): void {
    if (kind === 'null') return;
    this.#kinds.add(kind);
    if (kind === 'number') this.#addNumber(text);
  }

  type(): {type: ColumnType} & Partial<Column> {
    if (this.#kinds.size > 1) return {type: 'json'};
    switch ([...this.#kinds][0]) {
      case 'bool': return {type: 'bool'};
      case 'nested': return {type: 'json'};
      case 'number': return this.#numberType();
      default: return {type: 'text'};
    }
  }

  #addNumber(text: string): void {
    const [, whole = '', fraction, exponent] = /^-?(\d+)(?:\.(\d+))?(?:[eE](.+))?$/.exec(text) ?? [];
    if (exponent !== undefined) {
      this.#exponent = true;
      if (plainDecimal(text) === null) this.#vast = true;
    } else if (fraction !== undefined || text === '-0') {
      this.#fraction = true;
    } else if (whole.length > 15) {
      const value = BigInt(text);
      if (value < this.#least) this.#least = value;
      if (value > this.#most) this.#most = value;
    } else if (text.startsWith('-')) {
      if (this.#least === 0n) this.#least = -1n;
    }
    const scale = exponent === undefined ? fraction?.length ?? 0 : null;
    this.#scale = this.#scale === undefined || this.#scale === scale ? scale : null;
    this.#wholeDigits = Math.max(this.#wholeDigits, whole.length);
    this.#doubles &&= isDouble(text);
  }

  #numberType(): {type: ColumnType} & Partial<Column> {
    if (this.#exponent) return this.#doubles ? {type: 'float'} : this.#vast ? {type: 'json'} : {type: 'decimal'};
    const fits = this.#least >= INT64_MIN && this.#most <= (this.#least < 0n ? INT64_MAX : UINT64_MAX);
    if (!this.#fraction && fits) return this.#most > INT64_MAX ? {type: 'int', unsigned64: true} : {type: 'int'};
    return typeof this.#scale === 'number'
      ? {type: 'decimal', precision: this.#wholeDigits + this.#scale, scale: this.#scale}
      : {type: 'decimal'};
  }
}
