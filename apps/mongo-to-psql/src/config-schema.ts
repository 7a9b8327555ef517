import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, jsonSchemaOf} from '@sluice/config';
import {maskingOptions} from '@sluice/masking/options';
import {feedOptions, maskOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from './config/options.ts';

/** What a configuration file may say, whichever command it is given to. */
export const fileConfig = defineConfig('mongo-to-psql', 'Both ends, the shape of the tables, and how changes are told.', {
  ...sourceOptions, ...targetOptions, ...shapeOptions, ...feedOptions, ...maskOptions, ...maskingOptions, ...stateOption,
});

export const configSchema = defineCommand({
  config: defineConfig('config schema', 'Prints the JSON Schema of configuration files, for editors.', {}),
  examples: [
    {command: 'mongo-to-psql config schema > config.schema.json', does: 'Then put `# yaml-language-server: $schema=config.schema.json` at the top of the file.'},
    {command: 'mongo-to-psql config schema --json', does: 'The same.'},
    {command: 'mongo-to-psql config schema | jq .properties', does: 'What a file may say.'},
  ],
  async run({json, out}) {
    const document = {...jsonSchemaOf(fileConfig), title: 'mongo-to-psql'};
    if (!json) out.write(`${JSON.stringify(document, null, 2)}\n`);
    return {document};
  },
});
