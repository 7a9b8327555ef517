import type {RowOrder, Schema, SourceIdentity, TableChange} from '@sluice/core';
import {inOrder, type PlaceRecord} from './place-order.ts';
import {parseReceipt} from './parse-receipt.ts';
import {
  digestOf, fingerprintOf, RECEIPT_FORMAT, sealed, sha256, type Receipt, type ReceiptFigures, type ReceiptSchema, type ReceiptTable, type SideDigest,
} from './receipt.ts';

export interface ReceiptTableFields {
  readonly name: string;
  readonly target: string;
  readonly change: TableChange['kind'];
  /** As it was written; `makeReceipt` keeps of it what is needed to read it back. */
  readonly schema: Schema;
  /** Whether the rows were read back after they were written, and found equal. */
  readonly verified: boolean;
  /** Default `written`. */
  readonly order?: RowOrder;
  /** As written. The receipt keeps their rows and digests, in the order in which they lie; those without rows are left out. */
  readonly places: readonly PlaceRecord[];
  /** Default: what `places` says, as a run whose two sides differ publishes nothing. */
  readonly source?: SideDigest;
  /** What the source says of the rows by itself. */
  readonly figures?: ReceiptFigures;
}

/** What the maker of a receipt has to say; the rest follows. */
export type ReceiptFields =
  & Pick<Receipt, 'tool' | 'kind' | 'startedAt' | 'finishedAt' | 'destination' | 'rules' | 'objects' | 'scope' | 'warnings'>
  & {
    readonly source: {readonly kind: string; readonly label: string; readonly identity: SourceIdentity | null; readonly snapshot: string | null};
    readonly tables: readonly ReceiptTableFields[];
  };

export interface MadeReceipt {
  readonly receipt: Receipt;
  /** Canonical JSON and a line break: what is written. */
  readonly text: string;
  /** SHA-256, hex, of `text` in UTF-8: what the next receipt calls `previous`. */
  readonly hash: string;
}

/** The receipt before the one that is made. */
export type PreviousReceipt = Pick<MadeReceipt['receipt'], 'sequence'> & Pick<MadeReceipt, 'hash'>;

/**
 * Makes the receipt that follows `previous`, which is its text, or what its maker kept of it; null makes
 * the first one. Throws CONFIG or VERIFY when the text is not a receipt, or not as it was written.
 */
export function makeReceipt(fields: ReceiptFields, previous: string | PreviousReceipt | null): MadeReceipt {
  const before = typeof previous === 'string' ? {sequence: parseReceipt(previous).sequence, hash: sha256(previous)} : previous;
  const {tool, kind, startedAt, finishedAt, source, destination, rules, objects, scope, warnings} = fields;
  const unsealed = {
    format: RECEIPT_FORMAT, tool: {name: tool.name, version: tool.version}, kind, startedAt, finishedAt,
    sequence: before === null ? 1 : before.sequence + 1,
    previous: before === null ? null : before.hash,
    source: {kind: source.kind, label: source.label, id: source.identity === null ? null : sha256(source.identity.id), snapshot: source.snapshot},
    destination: {
      kind: destination.kind, label: destination.label,
      file: destination.file === null ? null : {sha256: destination.file.sha256, bytes: destination.file.bytes},
    },
    rules: {policy: rules.policy, study: rules.study, tables: rules.tables},
    tables: fields.tables.map(tableOf),
    objects: objects.map(({type, name, table, digest}) => ({digest, name, table, type})),
    ...(scope && {scope}),
    warnings: [...warnings],
  } satisfies Omit<Receipt, 'seal'>;
  const {seal, text} = sealed(unsealed);
  const receipt: Receipt = {...unsealed, seal};
  return {receipt, text, hash: sha256(text)};
}

function tableOf({name, target, change, schema, verified, order = 'written', places, source, figures}: ReceiptTableFields): ReceiptTable {
  const reduced = reducedSchema(schema);
  const groups = inOrder(places.filter(([, rows]) => rows > 0)).map(([, rows, digest]) => [rows, digest] as const);
  const destination = digestOf(groups);
  // Keys in alphabetical order, here and below, as they are written: then nothing has to be sorted.
  return {
    change, destination, ...(figures && {figures}), groups, name, order, rows: destination.rows, schema: reduced, schemaFingerprint: fingerprintOf(reduced),
    source: source ? {digest: source.digest, rows: source.rows} : destination, target, verified,
  };
}

/** What is needed of a schema to read its rows back. */
export function reducedSchema({table, columns, primaryKey, order}: Schema): ReceiptSchema {
  return {
    columns: columns.map(({name, type, nullable, precision, scale, maxLength, unsigned64, caseInsensitive, generated, autoIncrement}) => ({
      ...(autoIncrement && {autoIncrement}), ...(caseInsensitive && {caseInsensitive}),
      ...(generated && {generated: {dialect: generated.dialect, sql: generated.sql, stored: generated.stored}}),
      ...(maxLength !== undefined && {maxLength}), name, nullable, ...(precision !== undefined && {precision}), ...(scale !== undefined && {scale}),
      type, ...(unsigned64 && {unsigned64}),
    })),
    ...(order && {order}), primaryKey: [...primaryKey], table,
  };
}
