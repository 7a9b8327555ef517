import {ErrorCode, PipelineError, type Value} from '@sluice/core';
import type {IdentifierClass, Kind} from '@sluice/identifiers/classes';
import type {knownValues, KnownValue, KnownValues} from '@sluice/redact';

/** Where values come from, and what they are. */
export interface KnownColumn {
  readonly table: string;
  readonly column: string;
  readonly class: IdentifierClass;
  readonly kind: Kind | null;
}

/** `knownValues` of the redactor. */
type Search = typeof knownValues;

/** Bytes that all values together may take, about: two for a letter, and what surrounds them. */
const MOST_BYTES = 1 << 30;
const BYTES_PER_SUBJECT = 120;
const BYTES_PER_VALUE = 40;
/** More values of one subject are those of a table, not of a person. */
const MOST_OF_SUBJECT = 5000;
/** Searches that stay prepared: rows of one person often follow each other. */
const PREPARED = 64;
/** A longer text is no name and no number. */
const LONGEST = 500;

/**
 * What is known of every subject from its own rows, to be looked for in texts about it. Held in memory for the
 * time of the run, never written anywhere.
 */
export class KnownSubjects {
  /** By the character that stands for them before a value. */
  readonly #columns: KnownColumn[] = [];
  readonly #numbers = new Map<KnownColumn, string>();
  readonly #search: Search;
  readonly #values = new Map<string, string[]>();
  readonly #prepared = new Map<string, KnownValues>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(search: Search, mostBytes = MOST_BYTES) {
    this.#search = search;
    this.#mostBytes = mostBytes;
  }

  get subjects(): number {
    return this.#values.size;
  }

  /** Adds a value of a row of the subject. Throws CONFIG above the bounds: nothing is left out in silence. */
  add(subject: string, column: KnownColumn, value: Value): void {
    if (value === null || typeof value === 'boolean' || typeof value === 'object') return;
    const text = String(value).trim();
    if (text.length < 2 || text.length > LONGEST) return;
    let values = this.#values.get(subject);
    if (values === undefined) {
      this.#values.set(subject, values = []);
      this.#bytes += BYTES_PER_SUBJECT + subject.length;
    }
    const entry = this.#numberOf(column) + text;
    if (values.includes(entry)) return;
    values.push(entry);
    this.#bytes += BYTES_PER_VALUE + 2 * text.length;
    if (values.length > MOST_OF_SUBJECT) {
      throw this.#tooMuch(column, `one subject has more than ${MOST_OF_SUBJECT.toLocaleString('en')} different values`, 'the key under `subjects` is not that of a person, or is filled with a code for nobody: correct it');
    }
    if (this.#bytes > this.#mostBytes) {
      throw this.#tooMuch(column, `they would take more than ${Math.round(this.#mostBytes / (1 << 20)).toLocaleString('en')} MiB of memory`, 'release the tables in parts, or drop the free text');
    }
  }

  /** The search for what is known of a subject; undefined when that is nothing. */
  of(subject: string): KnownValues | undefined {
    const found = this.#prepared.get(subject);
    if (found !== undefined) return found;
    const values = this.#values.get(subject);
    if (values === undefined) return undefined;
    const search = this.#search(values.map((entry): KnownValue => {
      const {class: className, kind} = this.#columns[entry.charCodeAt(0)]!;
      return {value: entry.slice(1), class: className, ...(kind !== null && {kind})};
    }));
    if (this.#prepared.size >= PREPARED) this.#prepared.delete(this.#prepared.keys().next().value!);
    this.#prepared.set(subject, search);
    return search;
  }

  #numberOf(column: KnownColumn): string {
    let number = this.#numbers.get(column);
    if (number === undefined) this.#numbers.set(column, number = String.fromCharCode(this.#columns.push(column) - 1));
    return number;
  }

  #tooMuch({table, column}: KnownColumn, what: string, remedy: string): PipelineError {
    return new PipelineError(ErrorCode.CONFIG, `redactText looks for the known values of each subject, and ${what} (column ${column} of table ${table})`, {table, column, remedy});
  }
}

const LEARNED = 'known subjects';

export const rememberSubjects = (learned: Map<string, unknown>, subjects: KnownSubjects): void => void learned.set(LEARNED, subjects);
export const learnedSubjects = (learned: ReadonlyMap<string, unknown>): KnownSubjects | undefined => learned.get(LEARNED) as KnownSubjects | undefined;
