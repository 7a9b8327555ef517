import {ErrorCode, PipelineError, type Destination, type Logger, type Position} from '@sluice/core';
import type {CopyResult} from '@sluice/job';
import type {SourceSettings} from '../config/settings.ts';
import {openFeed} from '../pipeline/open-feed.ts';
import type {Pipeline} from '../pipeline/open-pipeline.ts';
import {isMasked, markMasked} from '../pipeline/masking-mark.ts';
import {positionText} from '../pipeline/position-text.ts';
import {statusOf} from '../status/status-row.ts';
import {openStatus} from '../status/open-status.ts';

interface World {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Where the log of changes is now. Null, and a warning, where there is none: the tables can be loaded, not kept in step. */
export async function placeInLog({settings, database, openSource}: Pick<Pipeline, 'database' | 'openSource'> & {readonly settings: SourceSettings}, {logger, signal}: World): Promise<Position | null> {
  await using source = openSource();
  const plans = await source.plans(signal);
  try {
    await using feed = await openFeed(settings, database, plans, null, signal);
    return await feed.now(signal);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.CONFIG) throw error;
    logger.warn(`the tables cannot be kept in step later: ${error.message}${error.remedy === undefined ? '' : `; ${error.remedy}`}`);
    return null;
  }
}

/** What a load makes, and from where it is kept in step. */
export interface LoadPlace {
  readonly destination: Destination;
  readonly positionKey: string;
  /** Which tables it is for; see `runLabel`. */
  readonly label: string;
  /** Taken before the first document was read. */
  readonly position: Position | null;
  /** Whether a policy decides what gets into the tables. */
  readonly masked: boolean;
}

/**
 * Runs a load between a row of status that begins and one that ends it. The place in the log that was taken before the first document
 * was read becomes the place from which changes are followed, once the tables are live. A load that fails leaves tables and place as they were.
 */
export async function recordedLoad({destination, positionKey, label, position, masked}: LoadPlace, run: () => Promise<CopyResult>, signal: AbortSignal): Promise<CopyResult> {
  const ts = position === null ? null : positionText(position);
  const row = await withStatus(status => status.table.start(statusOf.initialLoad, {ts, attempt: 0, label}, signal));
  // Before there are masked tables: a run that dies right after they are live must not leave them to one without the policy.
  const wasMasked = await isMasked(destination, positionKey, signal);
  if (masked && !wasMasked) await markMasked(destination, positionKey, true, signal);
  let result: CopyResult | undefined;
  try {
    result = await run();
    return result;
  } finally {
    // Also when it was interrupted: the row must not stay open.
    const ending = AbortSignal.timeout(ENDING_MS);
    const {report} = result ?? {};
    const isMaskedNow = report?.published ? masked : wasMasked;
    if (isMaskedNow !== (masked || wasMasked)) await markMasked(destination, positionKey, isMaskedNow, ending);
    await withStatus(async ({table, store}) => {
      if (report?.published && position !== null) await store.replace([], position, ending);
      const goesOn = await store.position(ending) !== null;
      await table.finish(row, report?.published
        ? {error: false, records: report.tables.find(({error}) => !error) ? rowsOf(report.tables, 'rowsRead') : 0, queries: rowsOf(report.tables, 'rowsWritten')}
        : {error: goesOn ? null : true, attempt: 1}, ending);
    });
  }

  async function withStatus<Result>(use: (status: Awaited<ReturnType<typeof openStatus>>) => Promise<Result>): Promise<Result> {
    await using status = await openStatus(destination, signal.aborted ? AbortSignal.timeout(ENDING_MS) : signal, positionKey);
    return await use(status);
  }
}

/** A run that was stopped has so long to say so. */
const ENDING_MS = 10_000;

const rowsOf = (tables: CopyResult['report']['tables'], field: 'rowsRead' | 'rowsWritten') => tables.reduce((sum, table) => sum + table[field], 0);
