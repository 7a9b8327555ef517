import type {Column, ColumnProfile, ColumnSizes, ProfileRequest, Row, Source, TableProfile, Trait, Value, Witness} from '@sluice/core';

const LIMITS = {maxRows: 2_000, maxBytes: 4 << 20};

/** The profile of a table of a source that computes none: by reading its rows, in memory that does not grow with them. Throws as `read` does. */
export async function profileRows(source: Source, {schema, where}: ProfileRequest, signal: AbortSignal): Promise<TableProfile> {
  const seen = schema.columns.map(column => new Seen(column));
  let rows = 0;
  for await (const batch of source.read({schema, after: null, ...LIMITS, ...(where !== undefined && {where})}, signal)) {
    rows += batch.rows.length;
    for (const row of batch.rows as readonly Row[]) for (const [i, column] of seen.entries()) column.look(row[i] ?? null);
  }
  return {rows, columns: seen.map(column => column.profile())};
}

/** What stands out among the values of one column. Holds one value of each kind. */
class Seen {
  readonly #column: Column;
  readonly #counted = new Map<Trait, {readonly value: Value; count: number}>();
  readonly #most = new Map<Trait, {readonly value: Value; readonly size: number | string | bigint}>();
  readonly #sizes: Partial<Record<keyof ColumnSizes, number>> = {};

  constructor(column: Column) {
    this.#column = column;
  }

  look(value: Value): void {
    if (value === null) return this.#count('NULL', value);
    if (value instanceof Uint8Array) {
      this.#size('bytes', value.length);
      this.#extreme('longest', value, value.length);
      return this.#extreme('shortest', value, -value.length);
    }
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'boolean') return;
    if (Number.isNaN(value)) return this.#count('NaN', value);
    if (value === Infinity || value === -Infinity) return this.#count(value > 0 ? 'infinity' : 'minus infinity', value);
    if (Object.is(value, -0)) this.#count('minus zero', value);
    if (this.#column.type === 'int') this.#size('digits', String(value).replace('-', '').length);
    this.#extreme('largest', value, value);
    // Negated, so that the greater is the smaller; a negated bigint is one.
    this.#extreme('smallest', value, -value);
  }

  profile(): ColumnProfile {
    const witnesses: Witness[] = [
      ...[...this.#counted].map(([trait, {value, count}]) => ({trait, value, count})),
      ...[...this.#most].map(([trait, {value}]) => ({trait, value, count: null})),
    ];
    return {column: this.#column.name, witnesses, sizes: this.#sizes};
  }

  #text(value: string): void {
    const {type} = this.#column;
    switch (type) {
      case 'decimal': {
        const match = /^-?0*(\d*)(?:\.(\d*?)0*)?$/.exec(value);
        if (!match) return this.#count(value === 'NaN' ? 'NaN' : value.startsWith('-') ? 'minus infinity' : 'infinity', value);
        const whole = match[1]!.length, fraction = match[2]?.length ?? 0;
        this.#size('digits', Math.max(whole, 1));
        this.#size('fraction', fraction);
        this.#extreme('largest', value, whole);
        return this.#extreme('finest', value, fraction);
      }
      case 'date': case 'timestamp': case 'timestamptz': {
        const fraction = this.#secondsFraction(value);
        const odd = oddity(value);
        if (odd !== null) return this.#count(odd, value);
        this.#extreme('largest', value, value);
        return this.#extreme('finest', value, fraction);
      }
      case 'time': {
        const [hours = 0, minutes = 0, seconds = 0] = value.replace('-', '').split(':').map(Number);
        this.#extreme('largest', value, hours * 3600 + minutes * 60 + seconds);
        return this.#extreme('finest', value, this.#secondsFraction(value));
      }
      default: {
        const characters = [...value].length;
        this.#size('characters', characters);
        this.#size('bytes', Buffer.byteLength(value));
        this.#extreme('longest', value, characters);
        if (value.includes('\0')) this.#count('NUL', value);
        if (value.endsWith(' ')) this.#count('trailing blank', value);
      }
    }
  }

  /** How many digits its seconds have behind the point, which counts as a size. */
  #secondsFraction(value: string): number {
    const fraction = /\.(\d*?)0*(?: BC)?$/.exec(value)?.[1]?.length;
    if (fraction !== undefined) this.#size('fraction', fraction);
    return fraction ?? 0;
  }

  #size(name: keyof ColumnSizes, size: number): void {
    this.#sizes[name] = Math.max(this.#sizes[name] ?? 0, size);
  }

  #count(trait: Trait, value: Value): void {
    const known = this.#counted.get(trait);
    if (known) known.count++;
    else this.#counted.set(trait, {value, count: 1});
  }

  #extreme(trait: Trait, value: Value, size: number | string | bigint): void {
    const known = this.#most.get(trait);
    if (!known || size > known.size) this.#most.set(trait, {value, size});
  }
}

function oddity(value: string): Trait | null {
  if (value.endsWith('infinity')) return value.startsWith('-') ? 'minus infinity' : 'infinity';
  if (value.endsWith(' BC')) return 'before year 1';
  if (/^\d{5,}-/.test(value)) return 'after year 9999';
  if (value.startsWith('0000-00-00')) return 'zero date';
  if (/^\d{4}-(?:00|\d\d-00)/.test(value)) return 'partial date';
  if (value.startsWith('0000-')) return 'year 0';
  const [year = 0, month = 0, day = 0] = value.slice(0, 10).split('-').map(Number);
  const days = month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day > days ? 'impossible date' : null;
}
