import {join} from 'node:path';
import {defineCommand, type CommandContext, type Outcome} from '@sluice/cli-kit';
import type {Resolved} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {parseLossRules, planDocument, planJob, planText, runJob, type CopyJob} from '@sluice/job';
import {renderSummary} from '@sluice/report';
import {loadSettings} from '../config/load-settings.ts';
import {lockTarget} from '../lock-of.ts';
import {openMasked, type Masked} from '../pipeline/masked.ts';
import {openPipeline, type Pipeline} from '../pipeline/open-pipeline.ts';
import {tool} from '../tool.ts';
import {finishByHand, startByHand} from './by-hand.ts';
import {loadConfig} from './load-config.ts';
import {placeInLog, recordedLoad} from './recorded-load.ts';

type Context = CommandContext<Resolved<typeof loadConfig>>;

export const load = defineCommand({
  config: loadConfig,
  examples: [
    {command: 'mongo-to-psql load --source mongodb://reader@mongo.example/shop --target postgresql://loader@db.example/shop', does: 'All collections; then keep them in step: mongo-to-psql sync.'},
    {command: 'mongo-to-psql load --config-file old.ini --schemas schemas --dry-run', does: 'What the files of the superseded system make.'},
    {command: 'mongo-to-psql load --start --config shop.yaml', does: 'Before you load by other means; afterwards: load --finish ok.'},
  ],
  ends: ({source, target, dryRun, start, finish}) => (dryRun || start || finish !== undefined ? null : {source: source?.url ?? '', destination: target?.url ?? ''}),
  async run(context) {
    const {config} = context;
    if (config.start && config.finish !== undefined) throw new PipelineError(ErrorCode.CONFIG, '--start and --finish exclude each other');
    const settings = await loadSettings(config, context);
    const byHand = config.start || config.finish !== undefined;
    await using pipeline = await openPipeline({settings, stateFile: config.state, schemas: config.finish === undefined ? 'find' : 'know'}, context);
    if (byHand) return config.start ? await startByHand(pipeline, config.state, context) : await finishByHand(pipeline, config.state, config.finish === 'ok', context);
    await using masked = await openMasked(config, config.dryRun ? 'look' : 'run', context);
    const job = loadJob(context, pipeline, masked);
    return config.dryRun ? await showPlan(job, context) : await runLoad(job, pipeline, context);
  },
});

function loadJob({config}: Context, {settings, openSource, gates: own}: Pipeline, {transforms, gates}: Masked): CopyJob {
  const {onLoss, quarantine, verify, report, state, parallel} = config;
  return {
    tool, source: settings.source, destination: settings.target, openSource: async () => openSource(), transforms, gates: [...gates, ...own], mode: 'replace', verify, stateFile: state,
    ...(onLoss.length > 0 && {losses: parseLossRules(onLoss)}), quarantineFolder: quarantine,
    ...(report !== undefined && {reportFiles: {json: join(report, 'report.json'), html: join(report, 'report.html')}}),
    limits: {parallel},
  };
}

async function showPlan(job: CopyJob, {json, out, signal}: Context): Promise<Outcome> {
  const plan = await planJob(job, signal);
  if (!json) out.write(planText(plan, out.columns));
  return {document: planDocument(plan)};
}

async function runLoad(job: CopyJob, pipeline: Pipeline, {config, logger, progress, signal, out, quiet}: Context): Promise<Outcome> {
  await using _lock = await lockTarget(pipeline.destination, config.state, signal);
  const position = await placeInLog(pipeline, {logger, signal});
  const {report, cause} = await recordedLoad({...pipeline, position, masked: pipeline.settings.masked}, () => runJob(job, {logger, progress}, signal), signal);
  if (report.published && pipeline.foundIn !== null) logger.info(`what the documents hold is in ${pipeline.foundIn}; name a file of your own with --schemas to decide about it`);
  if (!quiet && report.tables.length > 0) {
    const {color, columns: width, unicode} = out;
    out.write(renderSummary(report, {color, width, unicode, ...(job.reportFiles?.html !== undefined && {reportPath: job.reportFiles.html})}));
  }
  return {report, ...(cause !== undefined && {cause})};
}
