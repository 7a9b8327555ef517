/** A column as metadata describes it. */
export interface SodaColumn {
  readonly fieldName: string;
  /** As metadata spells it: `text`, `number`, `calendar_date`, `date`, `checkbox`, `point`, … */
  readonly dataTypeName: string;
  /** What people see; default: the field's name. */
  readonly name?: string;
  readonly description?: string;
  readonly flags?: readonly string[];
}

/** The values of a row as the JSON texts that are served, to the letter; null: the field is left out. */
export type SodaCells = readonly (string | null)[];

export interface SodaTableOptions {
  /** Four characters, a hyphen, four characters. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly columns: readonly SodaColumn[];
  readonly rows?: readonly SodaCells[];
  /** The field that the publisher names as the rows' identifier. */
  readonly rowIdentifier?: string;
  /** Default `dataset`. */
  readonly assetType?: string;
  /** Only for who signs in. */
  readonly isPrivate?: boolean;
  /** How texts are ordered, and which of them are the least and the greatest; default: by their code units. */
  readonly textOrder?: (a: string, b: string) => number;
}

export interface SodaRow {
  /** Number of the row in the platform: rows are ordered by it, their `:id` tells nothing of it. */
  readonly sid: number;
  readonly createdAt: number;
  updatedAt: number;
  cells: SodaCells;
}

/** What a query or metadata answers from. */
export interface SodaContent {
  readonly columns: readonly SodaColumn[];
  readonly rows: readonly SodaRow[];
  /** Unix seconds. */
  readonly rowsUpdatedAt: number;
}

const FIRST_MOMENT = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;

/** A data set that tests change while it is read. Each change is a minute after the one before. */
export class SodaTable {
  readonly options: SodaTableOptions;
  #columns: readonly SodaColumn[];
  #rows: SodaRow[] = [];
  readonly #sids = new Map<string, number>();
  #now = FIRST_MOMENT;
  #staleRows: SodaContent | null = null;
  #staleMetadata: SodaContent | null = null;

  constructor(options: SodaTableOptions) {
    this.options = options;
    this.#columns = options.columns;
    this.insert(...options.rows ?? []);
  }

  get rows(): readonly SodaRow[] {
    return this.#rows;
  }

  insert(...rows: readonly SodaCells[]): void {
    this.#now += MINUTE;
    for (const cells of rows) {
      const sid = this.#sids.size + 1;
      this.#sids.set(rowIdOf(sid), sid);
      this.#rows.push({sid, createdAt: this.#now, updatedAt: this.#now, cells});
    }
  }

  /** Another row in the place of the one that was `at` there. */
  update(at: number, cells: SodaCells): void {
    this.#now += MINUTE;
    const row = this.#rows[at];
    if (row === undefined) throw new Error(`there is no row ${at}`);
    this.#rows[at] = {...row, updatedAt: this.#now, cells};
  }

  /** Takes rows away. No metadata tells which; only that something changed. */
  remove(at: number, count = 1): void {
    this.#now += MINUTE;
    this.#rows.splice(at, count);
  }

  /** What a publisher's full replace does: every row is a new one, with a new `:id`. */
  replace(rows: readonly SodaCells[]): void {
    this.#rows = [];
    this.insert(...rows);
  }

  /** The columns become others; rows stay as they are. */
  reshape(columns: readonly SodaColumn[]): void {
    this.#now += MINUTE;
    this.#columns = columns;
  }

  /** From now on queries are answered from what is there at this moment, as by a replica that lags. */
  lag(): void {
    this.#staleRows = this.#content();
  }

  /** From now on metadata is that of this moment. */
  lagMetadata(): void {
    this.#staleMetadata = this.#content();
  }

  /** Queries and metadata are up to date again. */
  catchUp(): void {
    this.#staleRows = null;
    this.#staleMetadata = null;
  }

  get isOutOfDate(): boolean {
    return this.#staleRows !== null;
  }

  forQueries(): SodaContent {
    return this.#staleRows ?? this.#content();
  }

  forMetadata(): SodaContent {
    return this.#staleMetadata ?? this.#content();
  }

  /** The number behind an `:id`, also of a row that is gone; null for a text that is none. */
  sidOf(id: string): number | null {
    return this.#sids.get(id) ?? null;
  }

  #content(): SodaContent {
    return {columns: this.#columns, rows: [...this.#rows], rowsUpdatedAt: Math.floor(this.#now / 1000)};
  }
}

const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyz';
const SEPARATORS = '-._~';

/** The text of an `:id`: unlike for each row, in no order that a client could use. */
export function rowIdOf(sid: number): string {
  // Multiplying by an odd number modulo 2^32 gives every number once.
  const first = Math.imul(sid, 0x9e37_79b1) >>> 0;
  const second = Math.imul(sid, 0x85eb_ca6b) >>> 0;
  let digits = '';
  for (const [word, count] of [[first, 7], [second, 5]] as const) for (let i = 0; i < count; i++) digits += ALPHABET[(word >>> (5 * i)) & 31]!;
  return `row-${digits.slice(0, 4)}${SEPARATORS[second & 3]!}${digits.slice(4, 8)}${SEPARATORS[(second >>> 2) & 3]!}${digits.slice(8)}`;
}
