import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {mergeSchemas, printSchemaFile} from '@sluice/relational';
import {readSchemaFile} from './read-schema-file.ts';
import {writeResult} from './write-result.ts';

const file = z.string().min(1);

export const mergeConfig = defineConfig('merge', 'Merges two schema files, without losing anything of either.', {
  primarySchema: option(file, {describe: 'What a person decided in it stands.', env: false, value: 'FILE'}),
  secondarySchema: option(file, {describe: 'What it knows is added. Of two old files: its types win, the structure of the first stays.', env: false, value: 'FILE'}),
  mergedSchema: option(file.optional(), {describe: 'Where the result goes; default: standard output.', env: false, alias: 'o', value: 'FILE'}),
});

export const merge = defineCommand({
  config: mergeConfig,
  positionals: ['primarySchema', 'secondarySchema'],
  examples: [
    {command: 'mongo-to-psql merge schema.json found-today.json -o schema.json', does: 'A profile of today is added to the reviewed file.'},
    {command: 'mongo-to-psql merge --primary-schema a.js --secondary-schema b.js --merged-schema c.js', does: 'Two files of the superseded system, as its own tool did.'},
    {command: 'mongo-to-psql merge a.json b.json --json', does: 'For a program.'},
  ],
  async run({config, signal, json, out, logger}) {
    const merged = mergeSchemas(await readSchemaFile(config.primarySchema, signal), await readSchemaFile(config.secondarySchema, signal));
    const text = printSchemaFile(merged);
    await writeResult(text, config.mergedSchema, {out, logger, json});
    // Text of JSON: the file as data.
    return {document: {format: 'sluice.mongo-schema/1', file: config.mergedSchema ?? null, schema: JSON.parse(text) as object}};
  },
});
