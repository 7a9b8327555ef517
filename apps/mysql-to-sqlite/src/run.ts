import {mkdir} from 'node:fs/promises';
import type {CommandContext, Ends, Outcome} from '@sluice/cli-kit';
import {ErrorCode, PipelineError} from '@sluice/core';
import {findEndpoint, planDocument, planRefresh, planText, pruneArchives, runRefreshJob, type FreshJob} from '@sluice/job';
import {openMasking, type Purpose} from '@sluice/masking';
import {renderSummary} from '@sluice/report';
import type {CopyOptions} from './bulk-config.ts';
import {bulkJob} from './bulk-job.ts';
import {loadBulkOptions} from './bulk-options.ts';
import {changesDocument, changesText} from './changes-text.ts';
import {tool} from './tool.ts';

type Context = Pick<CommandContext<CopyOptions>, 'config' | 'env' | 'logger' | 'signal' | 'progress' | 'out' | 'json' | 'quiet'>;

type Parts = Pick<FreshJob, 'kind' | 'only' | 'force'>;

/** A job with what it needs open while it runs. */
export interface OpenJob extends AsyncDisposable {
  readonly job: FreshJob;
  /** Where its page will be. */
  readonly page: string;
  readonly target: string;
  readonly archiveFolder: string | undefined;
}

/** The job that the options ask for. Throws CONFIG with every problem. */
export async function openJob({config, env, logger, signal}: Context, parts: Parts, purpose: Purpose): Promise<OpenJob> {
  const {warnings, policy, ...options} = await loadBulkOptions(config, signal);
  for (const warning of warnings) logger.warn(warning);
  const source = await findEndpoint(
    config.source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
  const masking = await openMasking({policy, settings: config, tool, env, purpose}, signal);
  return {
    job: bulkJob({...options, ...parts, source, deidentify: masking.transform, gates: masking.gates, verify: config.verify, stateFile: config.state}),
    page: options.reportFiles.html, target: options.target, archiveFolder: options.archiveFolder, [Symbol.asyncDispose]: () => masking[Symbol.asyncDispose](),
  };
}

/** Both ends, for the report of a run that fails before it has one; null when nothing is copied. */
export const endsOf = ({source, target, dryRun}: Pick<CopyOptions, 'source' | 'target'> & {readonly dryRun: boolean}): Ends | null =>
  dryRun ? null : {source: source.url, destination: target === undefined ? '' : `sqlite:${target}`};

/** Runs, and shows what came of it. */
export async function runCopyCommand(context: Context, parts: Parts): Promise<Outcome> {
  const {config, logger, progress, signal, out, quiet} = context;
  await using open = await openJob(context, parts, 'run');
  const {job, page, target, archiveFolder} = open;
  if (archiveFolder !== undefined) await makeArchive(archiveFolder);
  const {report, cause} = await runRefreshJob(job, {logger, progress}, signal);
  if (report.published) {
    const {removed, warnings} = await pruneArchives({target, archiveFolder, keep: config.keepArchives, maxAgeMs: config.archiveMaxAge, now: new Date(), made: report.destination.archived}, signal);
    for (const warning of warnings) logger.warn(warning);
    if (removed.length > 0) logger.info(`${removed.length} old ${removed.length === 1 ? 'archive is' : 'archives are'} gone: ${removed.join(', ')}`);
  }
  if (!quiet && report.tables.length > 0) {
    const {color, columns: width, unicode} = out;
    out.write(renderSummary(report, {color, width, unicode, reportPath: page}));
  }
  return {report, ...(cause !== undefined && {cause})};
}

/** What is there but no folder is told by the destination. */
async function makeArchive(folder: string): Promise<void> {
  try {
    await mkdir(folder, {recursive: true});
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'EEXIST') return;
    throw new PipelineError(ErrorCode.WRITE, `cannot make the archive folder ${folder} (${code})`, {remedy: 'make it, or name another one with --archive'});
  }
}

/** Says what would happen. */
export async function showPlan(context: Context, parts: Parts): Promise<Outcome> {
  const {logger, progress, signal, out, json} = context;
  await using open = await openJob(context, parts, 'look');
  const planned = await planRefresh(open.job, {logger, progress}, signal);
  if (parts.kind === 'full') {
    if (!json) out.write(planText(planned.plan, out.columns));
    return {document: planDocument(planned.plan)};
  }
  if (!json) out.write(changesText(planned));
  return {document: changesDocument(planned)};
}
