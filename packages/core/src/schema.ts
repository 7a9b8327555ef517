import type {ColumnType} from './value.ts';

/** A piece of SQL in the words of the system it came from; translated by `@sluice/sql` where it can be. */
export interface SqlText {
  readonly dialect: string;
  readonly sql: string;
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** The type as the source spells it, e.g. `{dialect: 'mysql', sql: "enum('a','b')"}`: for reports and lossless DDL. */
  readonly native?: SqlText;
  /** Total digits of a `decimal`. */
  readonly precision?: number;
  /** Fraction digits: of a `decimal`, or of the seconds of a time type. */
  readonly scale?: number;
  /** Longest value in characters (`text`) or bytes (`bytes`), where the source limits it. */
  readonly maxLength?: number;
  /** `int` only: values reach 2^64 - 1. Absent means signed 64 bits suffice. */
  readonly unsigned64?: true;
  /** The values an enumeration allows, in its order. */
  readonly enumValues?: readonly string[];
  /** `text` only: whether the source compares it without regard to case. */
  readonly caseInsensitive?: true;
  readonly default?: ColumnDefault;
  readonly generated?: SqlText & {readonly stored: boolean};
  readonly autoIncrement?: true;
  readonly comment?: string;
}

export type ColumnDefault =
  /** A constant in its canonical text form. */
  | {readonly kind: 'literal'; readonly text: string}
  | ({readonly kind: 'expression'} & SqlText);

export interface IndexPart {
  /** A column, or an expression when `column` is null. */
  readonly column: string | null;
  readonly expression?: SqlText;
  readonly descending?: true;
  /** Prefix length in characters or bytes. */
  readonly prefix?: number;
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  readonly parts: readonly IndexPart[];
  /**
   * `btree` unless the source says otherwise: `fulltext`, `spatial`, `hash`. A kind that a destination does
   * not know is left out there: an index over some of the rows only is of the kind `partial`.
   */
  readonly kind?: string;
  /** What `parts` cannot say, in the source's words after the table's name, e.g. `USING btree (a) WHERE b`; for the same system. */
  readonly native?: SqlText;
  readonly comment?: string;
}

export type ReferentialAction = 'NO ACTION' | 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'SET DEFAULT';

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly referencedColumns: readonly string[];
  readonly onUpdate: ReferentialAction;
  readonly onDelete: ReferentialAction;
}

export interface Check extends SqlText {
  readonly name: string;
}

/** One table as its source describes it. */
export interface Schema {
  readonly table: string;
  readonly columns: readonly Column[];
  /** Column names; empty when the table has no key. */
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly Index[];
  readonly foreignKeys?: readonly ForeignKey[];
  readonly checks?: readonly Check[];
  readonly comment?: string;
  /** Why there may be columns that are not in `columns`: a table that is copied must be whole. */
  readonly incomplete?: string;
  /** The source's estimate: for progress, and for how much is worth being remembered on the way. */
  readonly approximateRows?: number;
  /** What the rows take at the source, without indexes; an estimate, too. */
  readonly approximateBytes?: number;
  /**
   * `key`: the source promises rows in ascending primary key order, integers compared as numbers.
   * Otherwise the order is the source's own, and stable within one snapshot only where it says so.
   */
  readonly order?: 'key';
  /** False: no index of the source serves ranges of the primary key, so that each costs a look at all rows. */
  readonly seeks?: false;
  /** Tables with the same value can come out of one read of the source: see `Source.readTogether`. */
  readonly together?: string;
}

export interface View extends SqlText {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Everything one source holds, taken at one moment. */
export interface Catalog {
  readonly tables: readonly Schema[];
  readonly views: readonly View[];
  /** What exists but cannot travel: triggers, procedures, events, policies. */
  readonly others: readonly Omission[];
}

/** Something that does not arrive, and why. Part of the plan and of the report. */
export interface Omission {
  /** The table it belongs to; null for objects of the whole database. */
  readonly table: string | null;
  readonly kind:
    | 'table' | 'column' | 'index' | 'unique' | 'prefix' | 'foreign key' | 'check' | 'default' | 'generated' | 'comment' | 'auto-increment'
    | 'view' | 'policy' | 'trigger' | 'procedure' | 'function' | 'event' | 'sequence' | 'type' | 'collation' | 'rename';
  readonly name: string;
  readonly reason: string;
}
