import {writeFileAtomically} from '@sluice/atomic-file';
import {createHash} from 'node:crypto';
import {readFile, stat} from 'node:fs/promises';
import {ErrorCode, must, PipelineError, type Logger, type RunReport} from '@sluice/core';
import type {RefreshJob, RefreshResult} from '@sluice/refresh';
import {lastReceipt, receiptFiles, receiptFolder} from '@sluice/verify';
import {makeFolder} from './report-files.ts';

/**
 * Which receipt the next one follows: the one that the state tells of, or the last of those that are kept
 * when the state was lost, was altered or is older than they are, so that the chain goes on.
 */
export const followedReceipt = (file: string, stateIsKept: boolean): NonNullable<RefreshJob['followedReceipt']> => async (stored, signal) => {
  const told = stored !== null && isAsWritten(stored) ? stored : null;
  const isAltered = stored !== null && told === null;
  const [next] = receiptFiles(file, (told?.sequence ?? 0) + 1);
  if (told !== null && !await exists(next)) return {previous: told, warning: null};
  const last = await lastReceipt(file, signal);
  if (last === null || last.sequence <= (told?.sequence ?? 0)) {
    return {previous: told, warning: isAltered ? `${ALTERED}, and there is no other: the receipts of this target begin anew` : null};
  }
  const lost = isAltered ? ALTERED : told === null ? 'there is no record of the runs before' : `the record of the runs before ends with receipt ${told.sequence}`;
  return {previous: last, warning: stateIsKept ? `${lost}, but ${receiptFolder(file)} has their receipts: the new one, number ${last.sequence + 1}, follows those` : null};
};

const ALTERED = 'the receipt of the run before is not in the state file as it was written there';

const isAsWritten = ({sequence, hash, text}: {readonly sequence: number; readonly hash: string; readonly text: string}) =>
  Number.isSafeInteger(sequence) && typeof text === 'string' && sha256(text) === hash && text.includes(`"sequence":${sequence},`);

/**
 * Writes the receipt of a run, and that of the one before when it died before it could. A kept receipt is
 * never replaced by another one: then the new one gets a name beside it. Throws WRITE.
 */
export async function writeReceipts(file: string | undefined, {report, receipts}: Pick<RefreshResult, 'report' | 'receipts'>, logger: Logger): Promise<RunReport> {
  if (file === undefined || receipts.length === 0 || !report.refresh) return report;
  await keepReceipts(file, receipts, logger);
  return {...report, refresh: {...report.refresh, receipt: file}};
}

/** The same for receipts alone, oldest first; at least one. Throws WRITE. */
export async function keepReceipts(file: string, receipts: RefreshResult['receipts'], logger: Logger): Promise<void> {
  const newest = must(receipts.at(-1), 'receipt');
  try {
    for (const receipt of receipts) {
      const [kept] = receiptFiles(file, receipt.sequence);
      await makeFolder(kept);
      if (receipt === newest) await keep(kept, receipt.text, logger);
      else if (!await exists(kept)) {
        if (sha256(receipt.text) === receipt.hash) await writeFileAtomically(kept, receipt.text);
        else logger.warn(`receipt ${receipt.sequence}, of the run before, is not as it was written in the state file: it is not kept`);
      }
    }
    await writeFileAtomically(file, newest.text);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    throw new PipelineError(ErrorCode.WRITE, `the copy is live, but its receipt is missing: ${error.message}`, {
      remedy: 'the next run writes it; make room or give the folder back its rights first',
    });
  }
}

async function keep(path: string, text: string, logger: Logger): Promise<void> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? path : path.replace(/(\.receipt\.json)$/, `-${n}$1`);
    if (!await exists(name)) {
      if (n > 1) logger.warn(`${path} is there already and is not replaced: the receipt of this run is kept as ${name}`);
      return await writeFileAtomically(name, text);
    }
    if (await readFile(name, 'utf8').catch(() => null) === text) return;
  }
}

const exists = (path: string) => stat(path).then(() => true, () => false);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
