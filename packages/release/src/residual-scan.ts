import type {ColumnType, Value} from '@sluice/core';
import {isCard, isDea, isIban, isImei, isMbi, isNpi, isVin, type IdentifierClass, type Span} from '@sluice/identifiers';
import {jsonTexts} from './json-values.ts';
import {oldAges, type OldAges} from './old-ages.ts';
import type {WrittenColumn} from './roles.ts';

/** What finds identifiers in a text; `createRedactor` of `@sluice/redact` makes one. */
export interface TextScanner {
  readonly version: string;
  find(text: string): readonly Span[];
}

/** What a scan of one column found. */
export interface ColumnScan {
  readonly column: string;
  /** `text`: free text and documents, where every find counts; `cell`: single values, where a name or a place may be a word. */
  readonly as: 'text' | 'cell';
  /** Values looked into. */
  readonly scanned: number;
  /** By class: finds that speak against the release, and those that a person should look at. */
  readonly found: Readonly<Record<string, number>>;
  readonly hints: Readonly<Record<string, number>>;
  /** Labels that a redaction left in place of what it took out, by label. */
  readonly labels: Readonly<Record<string, number>>;
}

/** Classes that a profile leaves in place: 45 CFR 164.514(e)(2) for a limited data set; an expert decides alike unless somebody says more. */
const leftIn: Readonly<Record<string, ReadonlySet<IdentifierClass>>> = {
  'safe-harbor': new Set(),
  'limited-data-set': new Set<IdentifierClass>(['B', 'C', 'R']),
  expert: new Set<IdentifierClass>(['B', 'C', 'R']),
};

/** Values of whole columns with check digits: chance lets one in ten, or fewer, through. */
const checksums: readonly (readonly [IdentifierClass, (text: string) => boolean])[] = [
  ['J', isCard], ['J', isIban], ['K', isNpi], ['K', isDea], ['I', isMbi], ['L', isVin], ['M', isImei],
];
/** A column is one of numbers with check digits when so many of at least so many values are. */
const MOST_OF = 0.9;
const LEAST_VALUES = 20;

/** In a column of which so many cells are names, or places, they are no words that happen to be some: whatever the policy says it is. */
const HALF = 0.5;
/** Classes that say that a column identifies nobody directly. */
const sayNothing: ReadonlySet<string> = new Set(['none', 'quasi', 'sensitive', 'key.surrogate']);
const ONE_WORD = /^\p{L}*$/u;

const scannedTypes: ReadonlySet<ColumnType> = new Set(['text', 'json', 'any', 'date', 'timestamp', 'timestamptz']);
/** Single values repeat: finds of so many of them are kept, each of at most so many characters. */
const REMEMBERED = 20_000;
const SHORT = 120;
const LABEL = /\[[A-Z][A-Z ]{1,20}\]/gu;

/** Looks into every value of one column. */
export class ResidualScan {
  readonly #column: WrittenColumn;
  readonly #scanner: TextScanner;
  readonly #free: boolean;
  readonly #open: boolean;
  readonly #allowed: ReadonlySet<string>;
  readonly #known = new Map<string, readonly Span[]>();
  readonly #found = new Map<string, number>();
  readonly #hints = new Map<string, number>();
  readonly #labels = new Map<string, number>();
  readonly #valid = checksums.map(() => 0);
  /** Cells with a hint, by class. */
  readonly #hinted = new Map<string, number>();
  readonly #judgesWhole: boolean;
  readonly #old: OldAges | null;
  #scanned = 0;
  #numbers = 0;

  /** `asOf`: the day of the release, `YYYY-MM-DD`. */
  constructor(column: WrittenColumn, scanner: TextScanner, profile: string | null, asOf: string | null = null) {
    this.#column = column;
    this.#scanner = scanner;
    const {decided} = column;
    this.#free = decided?.class === 'freeText' || decided?.method === 'redactText' || decided?.method === 'json' || column.column.type === 'json';
    this.#open = !column.madeUp && scannedTypes.has(column.column.type);
    this.#judgesWhole = decided?.effect === 'kept' && (decided.class === null || sayNothing.has(decided.class));
    this.#old = profile === 'safe-harbor' ? oldAges(column, asOf) : null;
    const own = decided?.effect === 'kept' && decided.class !== null ? [decided.class] : [];
    this.#allowed = new Set([...profile === null ? [] : leftIn[profile] ?? [], ...own, ...own.includes('provider') ? ['A', 'K'] : []]);
  }

  add(value: Value): void {
    if (value === null || this.#column.madeUp) return;
    if (!this.#free && (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')) this.#validate(String(value));
    this.#old?.add(value);
    if (!this.#open) return;
    this.#scanned++;
    if (typeof value !== 'string') return;
    const {column, madeUpAt} = this.#column;
    const document = column.type === 'json' || madeUpAt !== undefined ? jsonTexts(value) : null;
    const hinted = new Set<string>();
    for (const text of document?.scalars.flatMap(one => madeUpAt?.(one.path) === true ? [] : [one.text]) ?? [value]) {
      for (const [label] of text.matchAll(LABEL)) count(this.#labels, label);
      for (const {class: of} of this.#finds(text)) {
        if (this.#allowed.has(of)) continue;
        const isHint = !this.#free && (of === 'A' || of === 'B');
        if (isHint) hinted.add(of);
        count(isHint ? this.#hints : this.#found, of);
      }
    }
    for (const of of hinted) count(this.#hinted, of);
    // A name of a member that is one word is one of the form; of several it may be a person.
    for (const member of document?.members ?? []) {
      for (const {class: of} of this.#finds(member)) if (!this.#allowed.has(of)) count(ONE_WORD.test(member) ? this.#hints : this.#found, of);
    }
  }

  result(): ColumnScan {
    const found = Object.fromEntries(this.#found);
    for (const [of, cells] of this.#hinted) {
      if (this.#judgesWhole && this.#scanned >= LEAST_VALUES && cells >= this.#scanned * HALF) found[of] = Math.max(found[of] ?? 0, cells);
    }
    const old = this.#old?.count() ?? 0;
    if (old > 0) found.C = (found.C ?? 0) + old;
    for (const [i, [of]] of checksums.entries()) {
      if (this.#numbers >= LEAST_VALUES && this.#valid[i]! >= this.#numbers * MOST_OF && !this.#allowed.has(of)) found[of] = Math.max(found[of] ?? 0, this.#valid[i]!);
    }
    return {
      column: this.#column.name, as: this.#free ? 'text' : 'cell', scanned: Math.max(this.#scanned, this.#numbers), found,
      hints: Object.fromEntries(this.#hints), labels: Object.fromEntries(this.#labels),
    };
  }

  #finds(text: string): readonly Span[] {
    if (text.length > SHORT) return this.#scanner.find(text);
    let spans = this.#known.get(text);
    if (spans === undefined) {
      spans = this.#scanner.find(text);
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(text, spans);
    }
    return spans;
  }

  #validate(text: string): void {
    this.#numbers++;
    for (const [i, [, isValid]] of checksums.entries()) if (isValid(text)) this.#valid[i]!++;
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
