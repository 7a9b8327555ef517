import {join} from 'node:path';
import type {CommandContext} from '@sluice/cli-kit';
import type {Resolved} from '@sluice/config';
import {ErrorCode, PipelineError, type Transform} from '@sluice/core';
import {findEndpoint, parseLossRules, type CopyJob} from '@sluice/job';
import {matchTables} from '@sluice/transform-shape';
import type {copyConfig, planConfig} from './copy-config.ts';
import {masked, maskedByTable} from './masked.ts';
import {selectionOf} from './select-tables.ts';
import {snapshotOf} from './snapshot-options.ts';
import {withServerLimits} from './server-limits.ts';
import {readTableFlags} from './table-flags.ts';
import type {TableOptionsByPattern} from './table-options.ts';
import {onePolicy, type SaidPolicy} from './table-policies.ts';
import {tool} from './tool.ts';

/** What is said of tables in another way than by flags. */
export interface SaidOfTables {
  readonly byTable: TableOptionsByPattern;
  readonly policies: readonly SaidPolicy[];
}

/** The job that the options of `copy` or `plan` ask for, and what it needs open while it runs. Throws CONFIG. */
export async function copyJob(
  {config, env, logger, signal}: Pick<CommandContext<Omit<Resolved<typeof planConfig>, 'scan'> & Partial<Resolved<typeof copyConfig>>>, 'config' | 'env' | 'logger' | 'signal'>,
  purpose: 'run' | 'look', {byTable, policies}: Partial<SaidOfTables> & Pick<SaidOfTables, 'byTable'> = {byTable: readTableFlags(config)},
): Promise<{readonly job: CopyJob} & AsyncDisposable> {
  const {source, destination} = withServerLimits(config, config);
  const {tables, exclude, mode, verify, report, state, resume, resumeFrom, resumeAfter, commitRows, maxRowsPerSecond, consistency, parallel} = config;
  const selection = selectionOf(byTable, {tables, exclude});
  const policy = policies === undefined ? config.policy : onePolicy(policies);
  const chosen = tables.length + exclude.length > 0 ? matchTables({tables, exclude}) : null;
  const one = typeof policy === 'string' ? await masked({policy, settings: config, tool, env, purpose}, signal) : null;
  const masking = policy === null
    ? await maskedByTable({policies: policies ?? [], copies: name => chosen?.wants(name) ?? true, settings: config, env, purpose}, signal) : one;
  if (mode !== 'snapshot' && config.keepSnapshots !== undefined) throw new PipelineError(ErrorCode.CONFIG, `mode ${mode} makes no snapshots to keep`, {remedy: 'try: --mode snapshot'});
  const snapshot = mode === 'snapshot' ? snapshotOf(config, new Date()) : null;
  const transforms: Transform[] = [masking?.transform, selection.transform, snapshot?.transform].filter(transform => !!transform);
  if (policy === undefined && config.certificate !== undefined) {
    throw new PipelineError(ErrorCode.CONFIG, 'a certificate says what became of a policy, and there is none', {remedy: 'give one with --policy'});
  }
  const job: CopyJob = {
    tool, transforms, mode, ...(snapshot?.retain && {retain: snapshot.retain}), gates: one?.gates ?? [],
    source: await findEndpoint(
      source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal),
    destination: await findEndpoint(
      destination, {file: config.destinationPasswordFile, flag: '--destination-password-file', variable: 'SLUICE_DESTINATION_PASSWORD'}, env, logger, signal),
    ...(chosen && {select: chosen}),
    ...(Object.keys(byTable).length > 0 && {reads: selection.reads}),
    ...(config.onLoss.length > 0 && {losses: parseLossRules(config.onLoss)}),
    ...(config.quarantine !== undefined && {quarantineFolder: config.quarantine}),
    ...(consistency !== undefined && {consistency}),
    ...(verify !== undefined && {verify}),
    ...(report !== undefined && {reportFiles: {json: join(report, 'report.json'), html: join(report, 'report.html')}}),
    ...(state !== undefined && {stateFile: state}),
    resume: {never: resume === false, ...(resumeFrom !== undefined && {fromRows: resumeFrom}), ...(resumeAfter !== undefined && {afterSeconds: resumeAfter})},
    limits: {parallel, ...(commitRows !== undefined && {commitRows}), ...(maxRowsPerSecond !== undefined && {maxRowsPerSecond})},
  };
  return {job, [Symbol.asyncDispose]: async () => masking?.[Symbol.asyncDispose]()};
}
