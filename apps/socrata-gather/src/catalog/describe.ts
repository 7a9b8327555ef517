import {defineCommand} from '@sluice/cli-kit';
import {defineConfig} from '@sluice/config';
import {describedText, lookOf} from './catalog-text.ts';
import {describeDataset} from './described.ts';
import {datasetOption, portalEndpoint, portalOptions} from './portal-options.ts';

export const describeConfig = defineConfig('describe', 'Shows what a data set holds: columns, key, rows, last change.', {...portalOptions, dataset: datasetOption});

export const describe = defineCommand({
  config: describeConfig,
  positionals: ['host', 'dataset'],
  examples: [
    {command: 'socrata-gather describe data.seattle.gov jguv-t9rb', does: 'Its columns, and how many rows there are.'},
    {command: 'socrata-gather describe data.seattle.gov jguv-t9rb --json', does: 'For programs.'},
    {command: 'socrata-gather add data.seattle.gov jguv-t9rb', does: 'What usually comes next: it becomes a topic.'},
  ],
  async run({config, out, json, ...context}) {
    const described = await describeDataset(await portalEndpoint(config, config.dataset, context), context.signal);
    const {schema, rows, lastUpdated, omissions, warnings} = described;
    for (const warning of warnings) context.logger.warn(warning);
    if (!json) out.write(describedText(described, lookOf(out)));
    return {document: {
      format: 'sluice.socrata-dataset/1', host: config.host, dataset: config.dataset, table: schema.table, comment: schema.comment ?? '', rows, lastUpdated, key: schema.primaryKey,
      columns: schema.columns.map(({name, type, native, comment}) => ({name, type, published: native?.sql ?? type, comment: comment ?? ''})), omissions, warnings,
    }};
  },
});
