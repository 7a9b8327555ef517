import {resolve} from 'node:path';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, didYouMean, duration, option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {pruneArchives, retentionOptions} from '@sluice/job';
import {endpointOf, readTopics, type Topic} from '../topics/topic-file.ts';
import {gatherTopic} from './gather-topic.ts';
import {lookAhead} from './look-ahead.ts';
import {prospectText, runText} from './run-text.ts';

export const topicsOption = option(z.string().min(1).default('topics.yaml'), {describe: 'The file with the topics.', value: 'FILE', example: 'topics.yaml'});

export const gatherConfig = defineConfig('gather', 'Brings a topic: everything the first time, then what changed since.', {
  topic: option(z.string().min(1), {describe: 'The topic, by its name in the file.', alias: 't', env: false, value: 'NAME'}),
  topics: topicsOption,
  initialize: option(z.boolean().default(false), {describe: 'Everything anew: beside the table that is there, proved, then swapped.', env: false}),
  deletions: option(z.boolean().default(false), {describe: 'Reads everything, and takes away what is not published any more.', env: false}),
  ...retentionOptions,
  dryRun: option(z.boolean().default(false), {describe: 'Say what would be done, and touch nothing.', env: false}),
  lockWait: option(duration().prefault('10m'), {describe: 'How long to wait while another run has the same database or file.', value: 'TIME', example: '1h'}),
  receipts: option(z.string().min(1).default('receipts'), {describe: 'The folder for receipts: what each run left, for `sluice verify-receipt`.', value: 'FOLDER'}),
  state: option(z.string().default('.sluice/state.db'), {describe: 'Where runs are remembered.', value: 'FILE', advanced: true}),
});

/** Throws CONFIG for a topic that the file has not. */
export function topicOf(topics: ReadonlyMap<string, Topic>, name: string, file: string): Topic {
  const topic = topics.get(name);
  if (!topic) throw new PipelineError(ErrorCode.CONFIG, `there is no topic ${name} in ${file}${didYouMean(name, [...topics.keys()])}`, {remedy: `topics: ${[...topics.keys()].join(', ')}`});
  return topic;
}

export const gather = defineCommand({
  config: gatherConfig,
  examples: [
    {command: 'socrata-gather -t pet_license', does: 'Everything the first time, what changed since afterwards.'},
    {command: 'socrata-gather -t pet_license --initialize', does: 'Everything anew; the table that is there is read until it is swapped.'},
    {command: 'socrata-gather -t pet_license --deletions --json', does: 'Also what is not published any more; told to a program.'},
  ],
  async run({config, out, json, quiet, ...context}) {
    const topic = topicOf(await readTopics(config.topics, context.env, context.signal), config.topic, config.topics);
    if (config.initialize && config.deletions) throw new PipelineError(ErrorCode.CONFIG, '--initialize and --deletions both read everything', {remedy: 'give one of them'});
    if (config.dryRun) {
      const prospect = await lookAhead(topic, config, context);
      if (!json) out.write(prospectText(topic, prospect));
      const {mode, reasons, rowsPublished, watermark, targetLabel} = prospect;
      return {document: {format: 'sluice.gather-plan/1', topic: topic.name, dataset: topic.dataset, source: topic.source, target: targetLabel, table: topic.table, mode, reasons, rowsPublished, watermark}};
    }
    const {run, report, figures, receipt, cause} = await gatherTopic(topic, config, context);
    const error = report?.error ?? report?.tables[0]?.error;
    if (run.status !== 'ok' && error) {
      if (error.code === 'SLUICE_INTERNAL') throw cause ?? new Error(error.message);
      throw new PipelineError(error.code, error.message, {...(error.remedy !== undefined && {remedy: error.remedy}), table: topic.table, cause});
    }
    await prune();
    if (!json && !quiet) out.write(runText(run, topic, figures, receipt));
    for (const warning of report?.warnings ?? []) context.logger.warn(warning);
    return {exitCode: run.status === 'ok' ? 0 : run.status === 'interrupted' ? 130 : 1, document: {format: 'sluice.gather/1', ...run, figures, receipt, report}};

    /** A full load of a SQLite file leaves the former one; which of them stay is the user's to say. */
    async function prune(): Promise<void> {
      const {url} = endpointOf(topic.to);
      if (!report?.published || !url.startsWith('sqlite:')) return;
      const {removed, warnings} = await pruneArchives({
        target: resolve(url.replace(/^sqlite:(?:\/\/(?=\/))?/, '')), archiveFolder: undefined, keep: config.keepArchives, maxAgeMs: config.archiveMaxAge, now: new Date(), made: report.destination.archived,
      }, context.signal);
      for (const warning of warnings) context.logger.warn(warning);
      if (removed.length > 0) context.logger.info(`old archives are gone: ${removed.join(', ')}`);
    }
  },
});
