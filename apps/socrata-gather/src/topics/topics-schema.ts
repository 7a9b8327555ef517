import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, jsonSchemaOf} from '@sluice/config';
import {topicsConfig} from './topic-file.ts';

export const topicsSchema = defineCommand({
  config: defineConfig('topics schema', 'Prints the JSON Schema of topics files, for editors.', {}),
  examples: [
    {command: 'socrata-gather topics schema > topics.schema.json', does: 'Then put `# yaml-language-server: $schema=topics.schema.json` at the top of the file.'},
    {command: 'socrata-gather topics schema --json', does: 'The same.'},
    {command: 'socrata-gather topics schema | jq .properties', does: 'What a file may say.'},
  ],
  async run({json, out}) {
    const document = {...jsonSchemaOf(topicsConfig), title: 'socrata-gather topics'};
    if (!json) out.write(`${JSON.stringify(document, null, 2)}\n`);
    return {document};
  },
});
