import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {countOf, printSchemaFile, type Field} from '@sluice/relational';
import {fileKeys} from '../config/file-keys.ts';
import {loadSource} from '../config/load-settings.ts';
import {shapeOptions, sourceOptions} from '../config/options.ts';
import {profileDocuments} from './profile-documents.ts';
import {writeResult} from './write-result.ts';

export const schemaConfig = defineConfig('schema', 'Looks at documents, and writes what is to become of every path.', {
  ...sourceOptions,
  output: option(z.string().min(1).optional(), {describe: 'Where the schema file goes; default: standard output.', alias: 'o', env: false, value: 'FILE'}),
  sample: option(z.coerce.number().int().min(1).optional(), {describe: 'Look at so many documents of each collection; default: all of them.', env: false, value: 'N'}),
  collections: shapeOptions.collections,
}, {passedOver: fileKeys});

export const schema = defineCommand({
  config: schemaConfig,
  positionals: ['source'],
  examples: [
    {command: 'mongo-to-psql schema mongodb://reader@mongo.example/shop -o schema.json', does: 'Every document of every collection; then read and change the file.'},
    {command: "mongo-to-psql schema mongodb://reader@mongo.example/shop --collections 'orders,customers' --sample 10000", does: 'Some documents of two collections.'},
    {command: 'mongo-to-psql schema --config-file old.ini -o schema.json', does: 'With the INI file of the superseded system.'},
  ],
  async run(context) {
    const {config, env, logger, signal} = context;
    await using documents = new MongoDocuments(parseEndpoint(await loadSource(config, {env, logger, signal})));
    const collections = await profileDocuments({documents, collections: config.collections, sample: config.sample ?? null}, context);
    for (const warning of documents.warnings) logger.warn(warning);
    const text = printSchemaFile({form: 'new', collections});
    await writeResult(text, config.output, context);
    for (const {collection, documents: count = 0, fields} of collections) {
      logger.info(`${collection}: ${count.toLocaleString('en-US')} documents${config.sample === undefined ? '' : ', a sample'}, ${paths(fields).toLocaleString('en-US')} paths`);
    }
    // Text of JSON: the file as data.
    return {document: {format: 'sluice.mongo-schema/1', file: config.output ?? null, schema: JSON.parse(text) as object}};
  },
});

/** Paths at which a value was met. */
const paths = (fields: readonly Field[]): number => fields.reduce((sum, field) => sum + (countOf(field) > 0 ? 1 : 0) + paths(field.fields ?? []) + paths(field.items?.fields ?? []), 0);
