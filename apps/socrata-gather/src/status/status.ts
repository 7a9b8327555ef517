import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {lockHolder} from '@sluice/state';
import {topicOf, topicsOption} from '../gather/gather.ts';
import {lockOf} from '../gather/gather-topic.ts';
import {RunLog} from '../runs/run-log.ts';
import {targetOf} from '../topics/open-places.ts';
import {readTopics} from '../topics/topic-file.ts';
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
    for (const topic of chosen) {
      const log = new RunLog(await targetOf(topic.log.to, context), topic.log.table);
      const runs = await log.newest(topic.name, config.topic === undefined ? 1 : config.limit, new Date(), signal);
      const isHeld = lockHolder(lockOf(topic)) !== null;
      const [newest] = runs;
      const state = !newest ? 'never run' : newest.status === 'running' && !isHeld ? 'interrupted' : newest.status;
      found.push({topic: topic.name, state, runs});
    }
    if (!json) out.write(statusText(found));
    const isWell = found.every(({state}) => state === 'ok' || state === 'running');
    return {exitCode: isWell ? 0 : 1, document: {format: 'sluice.gather-status/1', topics: found}};
  },
});
