import {writeFileAtomically} from '@sluice/atomic-file';
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {ErrorCode, PipelineError, type Logger, type RunReport} from '@sluice/core';
import {renderHtml} from '@sluice/report';
import {openState} from '@sluice/state';

/** Where a run tells what it did. Their folders are made. */
export interface ReportFiles {
  readonly json?: string;
  readonly html?: string;
  /** The newest receipt; all of them go into a folder beside it. Runs without a base make none. */
  readonly receipt?: string;
}

/** Found out before the copy, not after it. */
export async function makeFolders(files: ReportFiles = {}): Promise<void> {
  for (const file of Object.values(files) as string[]) await makeFolder(file);
}

export async function makeFolder(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), {recursive: true});
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.WRITE, `cannot make the folder of ${file} (${code})`, {remedy: 'choose another place for the report'});
  }
}

/** Not of a run that was refused before it touched anything: the report of the one before still tells what is live. */
export async function writeReports({json, html}: ReportFiles = {}, report: RunReport): Promise<void> {
  const code = report.error?.code;
  if (code === ErrorCode.CONFIG || code === ErrorCode.UNDECIDED) return;
  try {
    if (json !== undefined) await writeFileAtomically(json, `${JSON.stringify(report, null, 2)}\n`);
    if (html !== undefined) await writeFileAtomically(html, renderHtml(report));
  } catch (error) {
    if (!report.published || !(error instanceof PipelineError)) throw error;
    throw new PipelineError(ErrorCode.WRITE, `the copy is live, but its report is missing: ${error.message}`, {...(error.remedy !== undefined && {remedy: error.remedy})});
  }
}

/** A copy that worked does not fail because it could not be written down; but that is said. */
export async function remember(stateFile: string | null | undefined, report: RunReport, logger: Logger): Promise<void> {
  if (stateFile === null) return;
  await rememberBy(async () => {
    await using state = await openState(stateFile);
    await state.recordRun(report);
  }, logger);
}

/** The same, where the state is open. */
export async function rememberBy(record: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    logger.warn(`this run is not in the history: ${error.message}`);
  }
}
