import {ErrorCode, must, PipelineError, type Endpoint, type ReadLimits} from '@sluice/core';
import type {ProgressListener} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {readChain, receiptCatalog, SourceTables, verifyReceipt, type ChainFinding, type ReceiptVerification} from '@sluice/verify';

/** What `sluice verify-receipt --json` prints: a contract, versioned by `format`. */
export interface ReceiptDocument extends ReceiptVerification {
  readonly format: 'sluice.receipt-verification/1';
  readonly receipt: {
    readonly file: string;
    readonly sequence: number;
    readonly hash: string;
    readonly kind: string;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly tool: {readonly name: string; readonly version: string};
    readonly source: {readonly kind: string; readonly label: string; readonly snapshot: string | null};
  };
  readonly target: string;
  readonly chain: {
    /** How many receipts hang together, this one included, and the number of the oldest of them. */
    readonly length: number;
    readonly oldest: number;
    readonly problems: readonly ChainFinding[];
    readonly remarks: readonly string[];
  };
}

const limits: ReadLimits = {maxRows: 2000, maxBytes: 4 << 20};

/**
 * Checks a receipt, those before it, and what it says of a destination; needs no source. Throws
 * VERIFY when the receipt is not as it was written, CONFIG when the file is no receipt at all.
 */
export async function verifyReceiptJob(
  {file, target}: {readonly file: string; readonly target: Endpoint}, {progress}: {readonly progress?: ProgressListener}, signal: AbortSignal,
): Promise<ReceiptDocument> {
  const {receipt, hash, links, problems, remarks} = await readChain(file, signal);
  await using destination = await openDestination(target);
  const ofTables = receipt.scope === 'tables';
  if (!destination.openLive && !ofTables) {
    throw new PipelineError(ErrorCode.CONFIG, `${destination.label} cannot be checked against a receipt`, {remedy: 'compare it with its source: sluice verify SOURCE DEST'});
  }
  if (destination.kind !== receipt.destination.kind) {
    throw new PipelineError(ErrorCode.CONFIG, `the receipt is of a ${receipt.destination.kind} destination, ${destination.label} is none`, {remedy: 'name what the receipt came with'});
  }
  await using opened = ofTables ? await openSource(target) : null;
  const seal = ofTables ? null : await destination.sealLive?.(signal) ?? null;
  await using live = opened ? new SourceTables(opened, receipt)
    : seal === null && destination.file !== undefined ? null : await must(destination.openLive, 'what a receipt of all of it needs').call(destination, receiptCatalog(receipt), signal);
  let last = {table: '', rows: 0, tables: -1};
  const found = await verifyReceipt({
    receipt, live, seal, limits,
    onRows: (table, rows) => {
      last = table === last.table ? {...last, rows: last.rows + rows} : {table, rows, tables: last.tables + 1};
      progress?.({stage: 'verify', table, rows: last.rows, tablesDone: last.tables, tables: receipt.tables.length});
    },
  }, signal);
  const {sequence, kind, startedAt, finishedAt, tool, source} = receipt;
  return {
    format: 'sluice.receipt-verification/1', ...found,
    status: found.status === 'equal' && problems.length === 0 ? 'equal' : 'different',
    receipt: {file, sequence, hash, kind, startedAt, finishedAt, tool, source: {kind: source.kind, label: source.label, snapshot: source.snapshot}},
    target: destination.label,
    chain: {length: links.length, oldest: links.at(-1)!.sequence, problems, remarks},
  };
}
