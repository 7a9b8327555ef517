import {createHash} from 'node:crypto';
import {canonicalJson} from '@sluice/checksum';
import type {Catalog, Column, FileSeal, RefreshSummary, RowOrder, StoredObject, TableChange} from '@sluice/core';

export const RECEIPT_FORMAT = 'sluice.receipt/1';

/** Rows and the digest of all of them: SHA-256, hex, over the digests of the groups, in their order. */
export interface SideDigest {
  readonly rows: number;
  readonly digest: string;
}

/**
 * `[rows, digest]` of rows that lie behind one another. Where they lie is said by the order of the groups
 * alone: numbers of rows may be keys.
 */
export type RowGroup = readonly [rows: number, digest: string];

/** A column, reduced to what a destination needs to read its values back. */
export type ReceiptColumn = Pick<
  Column, 'name' | 'type' | 'nullable' | 'precision' | 'scale' | 'maxLength' | 'unsigned64' | 'caseInsensitive' | 'generated' | 'autoIncrement'
>;

export interface ReceiptSchema {
  readonly table: string;
  readonly columns: readonly ReceiptColumn[];
  readonly primaryKey: readonly string[];
  readonly order?: 'key';
}

/** What one side says of a column. Absent: not compared there; null: there is no such value. Texts: numbers and moments in the canonical form, or digests of it. */
export interface ColumnFigures {
  readonly count: number;
  readonly min?: string | null;
  readonly max?: string | null;
  readonly sum?: string | null;
}

/** What a source says of its rows by itself, without sending one, and the same of the rows that the destination holds. */
export interface ReceiptFigures {
  /** When a row changed last, as the source tells it; null where it does not. */
  readonly asOf: string | null;
  readonly rows: {readonly source: number; readonly destination: number};
  readonly columns: readonly {readonly name: string; readonly source: ColumnFigures; readonly destination: ColumnFigures; readonly equal: boolean}[];
}

export interface ReceiptTable {
  /** Its name at the source. */
  readonly name: string;
  /** Its name at the destination. */
  readonly target: string;
  readonly rows: number;
  readonly change: TableChange['kind'];
  /** SHA-256, hex, of `schema` as canonical JSON. */
  readonly schemaFingerprint: string;
  readonly schema: ReceiptSchema;
  /** How the groups are digested; `any` does not depend on the order of the rows. */
  readonly order: RowOrder;
  /** Of the rows as they left the source, after transforms. */
  readonly source: SideDigest;
  /** Of the rows as they were read back. */
  readonly destination: SideDigest;
  /** In the order in which they lie; none is empty. */
  /** The run that wrote it read it back, and it was equal; otherwise `destination` is what was written. */
  readonly verified: boolean;
  readonly groups: readonly RowGroup[];
  /** Absent: the source was not asked. */
  readonly figures?: ReceiptFigures;
}

/**
 * What a run did, for a machine that has only the destination. Holds counts, digests, names and
 * types; no row's value, no key and no position of the source, but for the figures of a table where the source publishes them to everybody. The digests are not salted: who has one and
 * a guess of the rows can check the guess, so it is as confidential as what it describes.
 */
export interface Receipt {
  readonly format: typeof RECEIPT_FORMAT;
  readonly tool: {readonly name: string; readonly version: string};
  readonly kind: RefreshSummary['kind'];
  readonly startedAt: string;
  readonly finishedAt: string;
  /** 1 for the first receipt of a destination, then one more each. */
  readonly sequence: number;
  /** SHA-256, hex, of the bytes of the receipt before this one; null for the first. */
  readonly previous: string | null;
  readonly source: {
    readonly kind: string;
    readonly label: string;
    /** SHA-256, hex, of `SourceIdentity.id`: equal for the same source, and says nothing else of it. */
    readonly id: string | null;
    readonly snapshot: string | null;
  };
  readonly destination: {readonly kind: string; readonly label: string; readonly file: FileSeal | null};
  /** SHA-256, hex, of the files and of the rules in force; null where there are none. */
  readonly rules: {readonly policy: string | null; readonly study: string | null; readonly tables: string | null};
  readonly tables: readonly ReceiptTable[];
  readonly objects: readonly StoredObject[];
  /** `tables`: tells of its tables alone, as a `Source` describes and reads them there; what else the destination holds is somebody else's. Absent: of all of it. */
  readonly scope?: 'tables';
  readonly warnings: readonly string[];
  /** SHA-256, hex, of the receipt as canonical JSON without this field: tells accidents from what was written. */
  readonly seal: string;
}

/** The tables of a receipt, as `Destination.openLive` takes them. */
export function receiptCatalog({tables}: Receipt): Catalog {
  return {tables: tables.map(({schema}) => schema), views: [], others: []};
}

/** The text that a receipt is written as. */
export const receiptText = (receipt: Receipt): string => `${canonicalJson(receipt)}\n`;

export const sealOf = (receipt: Omit<Receipt, 'seal'>): string => sha256(canonicalJson({...receipt, seal: undefined}));

/** A receipt's seal and its text with it: what `sealOf` and `receiptText` give, written out once. */
export function sealed(receipt: Omit<Receipt, 'seal'>): {readonly seal: string; readonly text: string} {
  const parts = Object.entries(receipt).map(([key, value]): [string, string] => [key, canonicalJson(value)]);
  const written = (entries: readonly (readonly [string, string])[]) =>
    `{${entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
  const seal = sha256(written(parts));
  return {seal, text: `${written([...parts, ['seal', JSON.stringify(seal)]])}\n`};
}

/** Whether what the source says of all rows and columns is what the destination holds. */
export const figuresAgree = ({rows, columns}: ReceiptFigures): boolean => rows.source === rows.destination && columns.every(({equal}) => equal);

export const fingerprintOf = (schema: ReceiptSchema): string => sha256(canonicalJson(schema));

/** SHA-256 over the digests of the groups, in their order. */
export function digestOf(groups: readonly RowGroup[]): SideDigest {
  const hash = createHash('sha256');
  for (const [, digest] of groups) hash.update(digest, 'hex');
  return {digest: hash.digest('hex'), rows: groups.reduce((sum, [rows]) => sum + rows, 0)};
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
