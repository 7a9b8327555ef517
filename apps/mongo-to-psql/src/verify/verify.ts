import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {MongoConnection, MongoDocumentReader, MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {lossOptions, parseLossRules} from '@sluice/job';
import {verifyDocuments} from '@sluice/replicate';
import {maskingOptions} from '@sluice/masking/options';
import {fileKeys} from '../config/file-keys.ts';
import {loadSettings} from '../config/load-settings.ts';
import {feedOptions, maskOptions, shapeOptions, sourceOptions, stateOption, targetOptions} from '../config/options.ts';
import {onPage} from '../config/on-page.ts';
import {lockTarget} from '../lock-of.ts';
import {collectionRows, familiesOf} from '../pipeline/document-families.ts';
import {openMasked} from '../pipeline/masked.ts';
import {openPipeline} from '../pipeline/open-pipeline.ts';
import {openGroups} from '../status/open-status.ts';
import {verificationText} from './verification-text.ts';

export const verifyConfig = defineConfig('verify', 'Compares every document with its rows, both ways, and repairs them.', {
  ...sourceOptions, ...targetOptions, ...shapeOptions, ...maskOptions, ...maskingOptions, ...onPage(feedOptions),
  repair: option(z.boolean().default(false), {describe: 'Write rows that differ anew, and delete those that no document has.', env: false}),
  ...lossOptions,
  ...stateOption,
}, {passedOver: fileKeys});

export const verify = defineCommand({
  config: verifyConfig,
  examples: [
    {command: 'mongo-to-psql verify --source mongodb://reader@mongo.example/shop --target postgresql://loader@db.example/shop', does: 'Exit code 1 when a document and its rows differ.'},
    {command: 'mongo-to-psql verify --config shop.yaml --collections orders --repair', does: 'Mends the tables of one collection.'},
    {command: 'mongo-to-psql verify --config-file old.ini --json', does: 'With the file of the superseded system, for a program.'},
  ],
  async run(context) {
    const {config, json, out, progress, signal} = context;
    const {repair} = config;
    const settings = await loadSettings(config, context);
    await using pipeline = await openPipeline({settings, stateFile: config.state, schemas: 'know'}, context);
    const {destination, positionKey, openSource} = pipeline;
    // Repairs and syncs would lift each other's rows.
    await using _lock = repair ? await lockTarget(destination, config.state, signal) : null;
    await using masked = await openMasked(config, 'compare', context);
    await using source = openSource();
    const {collections, losses} = await collectionRows(source, destination, {transforms: masked.transforms, onLoss: parseLossRules(config.onLoss)}, signal);
    await using store = await openGroups(destination)({families: familiesOf(collections), positionKey, losses, ...(!repair && {readOnly: true as const})}, signal);
    const endpoint = parseEndpoint(settings.source);
    await using connection = await MongoConnection.open(endpoint, signal);
    await using documents = new MongoDocuments(endpoint);
    const verification = await verifyDocuments({
      reader: new MongoDocumentReader(connection), scan: documents, store, collections, repair,
      onDocuments: (table, rows) => progress({stage: 'verify', table, rows, tablesDone: 0, tables: collections.length}),
    }, signal);
    if (!json) out.write(verificationText(verification));
    return {document: verification, exitCode: verification.equal ? 0 : 1};
  },
});
