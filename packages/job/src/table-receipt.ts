import type {Logger} from '@sluice/core';
import {definitionOf, lastReceipt, makeReceipt, type DigestedTable, type ReceiptFields, type ReceiptFigures} from '@sluice/verify';
import {keepReceipts} from './receipts.ts';
import {makeFolder} from './report-files.ts';

/** A run that brought one table, which others may stand beside. */
export interface TableRunFacts extends Pick<ReceiptFields, 'tool' | 'kind' | 'startedAt' | 'finishedAt' | 'source' | 'warnings'> {
  readonly destination: {readonly kind: string; readonly label: string};
  /** Its name at the source. */
  readonly name: string;
  readonly change: ReceiptFields['tables'][number]['change'];
  /** As it was read behind the run. */
  readonly table: DigestedTable;
  /** Null: the source was not asked, or changed meanwhile. */
  readonly figures: ReceiptFigures | null;
}

/**
 * Writes the receipt of such a run: into the folder of those that are kept, then to `file`. It follows the last one there.
 * Throws WRITE; the table is live then all the same.
 */
export async function writeTableReceipt(file: string, {tool, kind, startedAt, finishedAt, source, destination, name, change, table, figures, warnings}: TableRunFacts, logger: Logger, signal: AbortSignal): Promise<void> {
  await makeFolder(file);
  const {receipt, text, hash} = makeReceipt({
    tool, kind, startedAt, finishedAt, source, destination: {...destination, file: null}, rules: {policy: null, study: null, tables: null}, scope: 'tables', warnings,
    tables: [{name, target: table.schema.table, change, schema: table.schema, verified: true, order: 'any', places: [[null, table.rows, table.digest]], ...(figures && {figures})}],
    objects: [definitionOf(table.schema)],
  }, await lastReceipt(file, signal));
  await keepReceipts(file, [{sequence: receipt.sequence, hash, text}], logger);
}
