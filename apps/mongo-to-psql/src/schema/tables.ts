import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {planCollections} from '@sluice/relational';
import {fileKeys} from '../config/file-keys.ts';
import {chosen} from './chosen.ts';
import {readSchemaFile} from './read-schema-file.ts';

export const tablesConfig = defineConfig('tables', 'Prints the names of the tables that a schema file makes, one a line.', {
  schema: option(z.string().min(1), {describe: 'A schema file, old or new.', env: false, value: 'FILE'}),
  collections: option(z.array(z.string().min(1)).default([]), {describe: 'Only those of these collections.', env: false, value: 'PATTERN,...'}),
  compat: option(z.boolean().default(false), {describe: 'Names as the superseded system made them.', env: false}),
  prefix: option(z.string().default(''), {describe: 'Before the name of every table.', env: false, value: 'TEXT'}),
}, {passedOver: fileKeys});

export const tables = defineCommand({
  config: tablesConfig,
  positionals: ['schema'],
  examples: [
    {command: 'mongo-to-psql tables schema.json', does: 'For a script that loops over them.'},
    {command: 'mongo-to-psql tables schemas/posts.js --compat', does: 'posts, post_comments, post_comment_tests.'},
    {command: 'mongo-to-psql tables schema.json --json', does: 'With their columns, and every name that could not stay.'},
  ],
  async run({config, signal, json, out}) {
    const {collections} = await readSchemaFile(config.schema, signal);
    const plans = planCollections(collections.filter(({collection}) => chosen(collection, config.collections)), {mode: config.compat ? 'compat' : 'clean', prefix: config.prefix});
    const found = plans.flatMap(({collection, tables: planned, extra, renamed}) => [
      ...planned.map(({schema, path}) => ({table: schema.table, collection, path: path.join('.'), columns: schema.columns.map(({name, type}) => ({name, type})), renamed: renamed.filter(one => one.path === path.join('.'))})),
      ...extra ? [{table: extra.schema.table, collection, path: '', columns: extra.schema.columns.map(({name, type}) => ({name, type})), renamed: []}] : [],
    ]);
    if (!json) out.write(found.map(({table}) => `${table}\n`).join(''));
    return {document: {format: 'sluice.mongo-tables/1', tables: found}};
  },
});
