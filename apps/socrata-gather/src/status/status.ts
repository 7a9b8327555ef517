import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {lockHolder} from '@sluice/state';
import {topicOf, topicsOption} from '../gather/gather.ts';
import {lockOf} from '../gather/gather-topic.ts';
import {RunLog} from '../runs/run-log.ts';
import {targetOf, type Around} from '../topics/open-places.ts';
import {readTopics, type Topic} from '../topics/topic-file.ts';
import {statusText, type TopicStatus} from './status-text.ts';

export const statusConfig = defineConfig('status', 'Says how the last runs of topics ended.', {
  topic: option(z.string().min(1).optional(), {describe: 'This topic only, with its last runs.', alias: 't', env: false, value: 'NAME'}),
  topics: topicsOption,
  limit: option(z.int().min(1).max(1000).default(10), {describe: 'How many runs of one topic.', env: false, value: 'N'}),
});

export const status = defineCommand({
  config: statusConfig,
  examples: [
    {command: 'socrata-gather status', does: 'A line for each topic; exit code 1 when the last run of one did not end well.'},
    {command: 'socrata-gather status -t pet_license', does: 'Its last runs, newest first.'},
    {command: 'socrata-gather status --json', does: 'For a monitoring system.'},
  ],
  async run({config, out, json, ...context}) {
    const {signal} = context;
    const topics = await readTopics(config.topics, context.env, signal);
    const chosen = config.topic === undefined ? [...topics.values()] : [topicOf(topics, config.topic, config.topics)];
    const found: TopicStatus[] = [];
    for (const topic of chosen) found.push(await statusOf(topic, config.topic === undefined ? 1 : config.limit, context));
    if (!json) out.write(statusText(found));
    const isWell = found.every(({state}) => state === 'ok' || state === 'running');
    return {exitCode: isWell ? 0 : 1, document: {format: 'sluice.gather-status/1', topics: found}};
  },
});

/** A database that is not there must not hide how the topics of the others stand. */
async function statusOf(topic: Topic, limit: number, context: Around): Promise<TopicStatus> {
  const {name} = topic;
  try {
    const log = new RunLog(await targetOf(topic.log.to, context), topic.log.table);
    const runs = await log.newest(name, limit, new Date(), context.signal);
    const isHeld = lockHolder(lockOf(topic)) !== null;
    const [newest] = runs;
    return {topic: name, state: !newest ? 'never run' : newest.status === 'running' && !isHeld ? 'interrupted' : newest.status, runs, error: null};
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof PipelineError) || error.code === ErrorCode.CONFIG) throw error;
    return {topic: name, state: 'unknown', runs: [], error: error.message};
  }
}
