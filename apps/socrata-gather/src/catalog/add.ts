import {readFile} from 'node:fs/promises';
import {writeFileAtomically} from '@sluice/atomic-file';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {counted, oneLine} from '@sluice/report';
import {topicsOption} from '../gather/gather.ts';
import {tableName} from '../topics/topic-file.ts';
import {describeDataset} from './described.ts';
import {datasetOption, portalEndpoint, portalOptions} from './portal-options.ts';
import {withTopic} from './with-topic.ts';

export const addConfig = defineConfig('add', 'Makes a data set a topic: adds it to the topics file.', {
  ...portalOptions,
  dataset: datasetOption,
  name: option(z.string().min(1).optional(), {describe: 'The name of the topic; default: made of the title.', env: false, value: 'NAME'}),
  table: option(tableName.optional(), {describe: 'The table; default: named like the topic.', env: false, value: 'TABLE'}),
  topics: topicsOption,
});

export const add = defineCommand({
  config: addConfig,
  positionals: ['host', 'dataset'],
  examples: [
    {command: 'socrata-gather add data.seattle.gov jguv-t9rb', does: 'A topic of topics.yaml, which is made when it is not there.'},
    {command: 'socrata-gather add data.seattle.gov jguv-t9rb --name pet_license', does: 'With a name of your own.'},
    {command: 'socrata-gather -t pet_license --dry-run', does: 'What usually comes next.'},
  ],
  async run({config, out, json, ...context}) {
    const {host, dataset, topics: file, user, api, tls, tlsCa} = config;
    if (!/\.ya?ml$/i.test(file)) throw new PipelineError(ErrorCode.CONFIG, `${file} must end in .yaml or .yml`, {remedy: 'topics are added to files of YAML; into one of JSON write them yourself'});
    const {schema, rows} = await describeDataset(await portalEndpoint(config, dataset, context), context.signal);
    const name = config.name ?? schema.table;
    const topic = {source: host, dataset: dataset.toLowerCase(), table: config.table ?? name, ...(user !== undefined && {user}), ...(api !== undefined && {api}), ...(!tls && {tls}), ...(tlsCa !== undefined && {tlsCa})};
    await writeFileAtomically(file, withTopic(await textOf(file), file, name, topic, schema.comment ?? ''));
    if (!json) out.write(`${oneLine(`topic ${name} is in ${file}: ${counted(rows, 'row')}, key ${schema.primaryKey.join(', ')}; next: socrata-gather -t ${word(name)}${file === 'topics.yaml' ? '' : ` --topics ${word(file)}`}`)}\n`);
    return {document: {format: 'sluice.topic/1', file, name, topic, rows}};
  },
});

/** As a shell takes it for one word. */
const word = (text: string) => (/^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return '';
    throw new PipelineError(ErrorCode.CONFIG, `${file} cannot be read (${code})`);
  }
}
