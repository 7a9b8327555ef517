import {defineCommand, type CommandContext} from '@sluice/cli-kit';
import type {Resolved} from '@sluice/config';
import {MongoConnection, MongoDocumentReader, MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {ErrorCode, PipelineError} from '@sluice/core';
import {syncDocuments, type SyncReport} from '@sluice/replicate';
import {loadSettings} from '../config/load-settings.ts';
import {lockTarget} from '../lock-of.ts';
import {openMasked} from '../pipeline/masked.ts';
import {collectionRows, familiesOf} from '../pipeline/document-families.ts';
import {openFeed} from '../pipeline/open-feed.ts';
import {openPipeline, type Pipeline} from '../pipeline/open-pipeline.ts';
import {openGroups} from '../status/open-status.ts';
import {statusFamily, StatusTable} from '../status/status-table.ts';
import {recordedSync} from './recorded-sync.ts';
import {syncConfig} from './sync-config.ts';
import {syncText} from './sync-text.ts';

type Context = CommandContext<Resolved<typeof syncConfig>>;

export const sync = defineCommand({
  config: syncConfig,
  examples: [
    {command: 'mongo-to-psql sync --source mongodb://reader@mongo.example/shop --target postgresql://loader@db.example/shop', does: 'For cron: what changed since the last run, proved, then it ends.'},
    {command: 'mongo-to-psql sync --config shop.yaml --follow', does: 'Stays and follows, until it is stopped.'},
    {command: 'mongo-to-psql sync --config-file old.ini --oplog local.oplog.rs --json', does: 'With the file of the superseded system, from the oplog.'},
  ],
  async run(context) {
    const {config} = context;
    const settings = await loadSettings(config, context);
    await using pipeline = await openPipeline({settings, stateFile: config.state, schemas: 'know'}, context);
    await using _lock = await lockTarget(pipeline.destination, config.state, context.signal);
    const {report, error} = await syncPipeline(pipeline, context);
    if (!context.json && report) context.out.write(syncText(report));
    // Told apart from other failures, because nothing but a load helps.
    if (error instanceof PipelineError && error.code === ErrorCode.POSITION) {
      const {code, message, remedy} = error;
      context.logger.error(`${message}${remedy === undefined ? '' : `; ${remedy}`}`);
      return {exitCode: 3, document: {...report, status: 'load needed', error: {code, message, ...(remedy !== undefined && {remedy})}}};
    }
    if (error !== undefined) throw error;
    return {document: {...report, status: 'ok'}};
  },
});

async function syncPipeline({settings, database, destination, positionKey, openSource}: Pipeline, {config, env, logger, progress, signal}: Context): Promise<{readonly report: SyncReport | undefined; readonly error?: unknown}> {
  await using masked = await openMasked(config, 'run', {env, signal});
  await using source = openSource();
  const {plans, collections} = await collectionRows(source, destination, masked.transforms, signal);
  await using store = await openGroups(destination)({families: [...familiesOf(collections), statusFamily], positionKey}, signal);
  const endpoint = parseEndpoint(settings.source);
  await using connection = await MongoConnection.open(endpoint, signal);
  await using documents = new MongoDocuments(endpoint);
  return await recordedSync(new StatusTable(store, collections.length, () => new Date()), store, async ({alongside, position}) => {
    await using feed = await openFeed(settings, database, plans, position, signal);
    logger.info(`reading ${feed.label}`);
    return await syncDocuments({
      feed, store, database, collections, alongside,
      reader: new MongoDocumentReader(connection), scan: documents, verify: config.verify, follow: config.follow, maxChanges: config.batch,
      onBatch: ({changes}) => progress({stage: 'sync', rows: changes, tablesDone: 0, tables: collections.length}),
    }, signal);
  }, {follow: config.follow, signal});
}
