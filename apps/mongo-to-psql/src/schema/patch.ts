import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {parseErrorLines, patchSchema, printSchemaFile} from '@sluice/relational';
import {readSchemaFile, readText} from './read-schema-file.ts';
import {writeResult} from './write-result.ts';

const file = z.string().min(1);

export const patchConfig = defineConfig('patch', 'Makes columns of a schema file take what a load could not put into them.', {
  primarySchema: option(file, {describe: 'The file to mend.', env: false, value: 'FILE'}),
  branchesToPatch: option(file, {describe: 'Lines such as wrong value (STRING) for posts.title(INT), as a load prints them.', env: false, value: 'FILE'}),
  patchedSchema: option(file.optional(), {describe: 'Where the result goes; default: standard output.', env: false, alias: 'o', value: 'FILE'}),
});

export const patch = defineCommand({
  config: patchConfig,
  positionals: ['primarySchema', 'branchesToPatch'],
  examples: [
    {command: 'mongo-to-psql patch posts.json errors.txt -o posts.json', does: 'What a load told of wrong values is mended, and the next one has them.'},
    {command: 'mongo-to-psql patch --primary-schema a.js --branches-to-patch errors.txt --patched-schema b.js', does: 'A file of the superseded system, as its own tool did.'},
    {command: 'mongo-to-psql patch posts.json errors.txt --json', does: 'For a program.'},
  ],
  async run({config, signal, json, out, logger}) {
    const lines = parseErrorLines(await readText(config.branchesToPatch, signal), config.branchesToPatch);
    const text = printSchemaFile(patchSchema(await readSchemaFile(config.primarySchema, signal), lines));
    await writeResult(text, config.patchedSchema, {out, logger, json});
    // Text of JSON: the file as data.
    return {document: {format: 'sluice.mongo-schema/1', file: config.patchedSchema ?? null, schema: JSON.parse(text) as object}};
  },
});
