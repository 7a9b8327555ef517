import type {Endpoint, Logger, Source, Transform} from '@sluice/core';
import {planCopy, type ProgressListener, type Selection} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {acquireLock, fileLock, namedLock, thisProcess} from '@sluice/state';
import {verifySources, type Verification} from '@sluice/verify';
import {TransformedSource} from './transformed-source.ts';

/** A comparison of two systems as a command line asks for it. */
export interface VerifyJob {
  readonly tool: {readonly name: string; readonly version: string};
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly select?: Selection;
  /** What the source is compared as: what a copy with them would make of it. */
  readonly transforms?: readonly Transform[];
  /** Columns that identify a row: of every table, or by table. */
  readonly keys?: readonly string[] | ReadonlyMap<string, readonly string[]>;
  /** Make the destination what the source says, under the lock of the destination. */
  readonly repair?: boolean;
}

/**
 * Compares two systems, and repairs the second. Throws CONFIG when an end cannot be opened or a name
 * means nothing, LOCKED when another run holds the destination, and what reading throws.
 */
export async function verifyJob(job: VerifyJob, {logger, progress}: {readonly logger: Logger; readonly progress?: ProgressListener}, signal: AbortSignal): Promise<Verification> {
  const {source, destination, select, keys, repair = false, tool} = job;
  await using left = await openSource(source);
  const transformed = job.transforms ? await transformedSource(left, job, signal) : null;
  await using right = await openSource(destination);
  await using writable = repair ? await openDestination(destination) : null;
  const target = writable && (writable.file === undefined ? namedLock(writable.label) : fileLock(writable.file));
  await using _lock = target && await acquireLock(target, thisProcess(tool.name, new Date()), signal);
  let last = {table: '', rows: 0};
  return await verifySources({
    left: transformed ?? left, right, logger, ...(transformed && {random: (table: string) => transformed.randomOf(table)}), monotonic: () => performance.now(),
    ...(select && {select}), ...(keys && {keys}),
    ...(writable && {repair: {destination: writable, reopen: () => openSource(destination)}}),
    onRows: (table, rows, done) => {
      last = {table, rows: table === last.table ? last.rows + rows : rows};
      progress?.({stage: 'verify', ...last, ...done});
    },
  }, signal);
}

async function transformedSource(source: Source, {tool, destination: endpoint, select, transforms = []}: VerifyJob, signal: AbortSignal): Promise<TransformedSource> {
  await using destination = await openDestination(endpoint);
  const plan = await planCopy({tool, source, destination, transforms, ...(select && {select})}, signal);
  for (const transform of transforms) await transform.prepare?.(source, plan.catalog, signal);
  return new TransformedSource(source, plan, transforms);
}
