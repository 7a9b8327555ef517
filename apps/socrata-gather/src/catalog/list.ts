import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {MOST_ENTRIES, searchCatalog} from '@sluice/connector-socrata';
import {listText, lookOf} from './catalog-text.ts';
import {portalEndpoint, portalOptions} from './portal-options.ts';

export const listConfig = defineConfig('list', 'Lists the data sets of a portal.', {
  ...portalOptions,
  search: option(z.string().min(1).optional(), {describe: 'Only those that these words are found in.', env: false, value: 'WORDS'}),
  limit: option(z.int().min(1).max(MOST_ENTRIES).default(50), {describe: 'At most so many.', env: false, value: 'N'}),
});

export const list = defineCommand({
  config: listConfig,
  positionals: ['host'],
  examples: [
    {command: 'socrata-gather list data.seattle.gov --search pets', does: 'Those about pets.'},
    {command: 'socrata-gather list data.cityofnewyork.us --limit 1000', does: 'The first thousand.'},
    {command: 'socrata-gather list data.seattle.gov --json', does: 'For programs.'},
  ],
  async run({config, out, json, ...context}) {
    const found = await searchCatalog(await portalEndpoint(config, null, context), {words: config.search ?? null, limit: config.limit}, context.signal);
    if (!json) out.write(listText(found, lookOf(out)));
    return {document: {format: 'sluice.socrata-list/1', host: config.host, ...found}};
  },
});
