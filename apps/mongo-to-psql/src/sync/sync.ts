import {defineCommand, type CommandContext} from '@sluice/cli-kit';
import type {Resolved} from '@sluice/config';
import {MongoConnection, MongoDocumentReader, MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {ErrorCode, PipelineError, type Destination, type Position} from '@sluice/core';
import {parseLossRules} from '@sluice/job';
import {syncDocuments} from '@sluice/replicate';
import {loadSettings} from '../config/load-settings.ts';
import {lockTarget} from '../lock-of.ts';
import {openMasked} from '../pipeline/masked.ts';
import {collectionRows, familiesOf} from '../pipeline/document-families.ts';
import {openFeed} from '../pipeline/open-feed.ts';
import {openPipeline, type Pipeline} from '../pipeline/open-pipeline.ts';
import {lookAtStatus, openGroups, openStatus} from '../status/open-status.ts';
import {statusFamily, StatusTable} from '../status/status-table.ts';
import {noteFailure, recordedSync, type RecordedSync} from './recorded-sync.ts';
import {refuseMissingTables} from './refuse-missing-tables.ts';
import {syncConfig} from './sync-config.ts';
import {syncText} from './sync-text.ts';

/** A run that was stopped has so long to say so. */
const ENDING_MS = 10_000;

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
      return {exitCode: 3, document: {format: 'sluice.sync/1', ...report, status: 'load needed', error: {code, message, ...(remedy !== undefined && {remedy})}}};
    }
    if (error !== undefined) throw error;
    return {document: {...report, status: 'ok'}};
  },
});

async function syncPipeline(pipeline: Pipeline, context: Context): Promise<RecordedSync> {
  const {destination, positionKey, label} = pipeline;
  const position = await savedPosition(destination, positionKey, context.signal);
  if (position === null) {
    return {report: undefined, error: new PipelineError(ErrorCode.POSITION, 'the tables have no place in a log of changes from which they could be kept in step', {remedy: 'load them first: mongo-to-psql load, with the same options'})};
  }
  const result = await syncFrom(position, pipeline, context).catch(async (error: unknown): Promise<never> => {
    // Another run that holds the tables says itself how it ends.
    if (context.signal.aborted || (error instanceof PipelineError && error.code === ErrorCode.LOCKED)) throw error;
    const ending = AbortSignal.timeout(ENDING_MS);
    await using status = await openStatus(destination, ending, positionKey);
    await noteFailure(status.table, position, label, ending);
    throw error;
  });
  if (result.ending) {
    const {row, end} = result.ending;
    const ending = AbortSignal.timeout(ENDING_MS);
    await using status = await openStatus(destination, ending, positionKey);
    // What is there was committed with the last batch; the row at hand may be of one that was not.
    const [there] = await status.table.newest(1, ending, label);
    await status.table.finish(there?.timeStart === row.timeStart ? there : row, end, ending);
  }
  return result;
}

async function syncFrom(position: Position, {settings, database, destination, positionKey, label, openSource}: Pipeline, {config, env, logger, progress, signal}: Context): Promise<RecordedSync> {
  await using masked = await openMasked(config, 'run', {env, signal});
  await using source = openSource();
  const {plans, collections, losses} = await collectionRows(source, destination, {transforms: masked.transforms, onLoss: parseLossRules(config.onLoss)}, signal);
  await refuseMissingTables(destination, plans, familiesOf(collections), signal);
  await using store = await openGroups(destination)({families: [...familiesOf(collections), statusFamily], positionKey, losses}, signal);
  const endpoint = parseEndpoint(settings.source);
  await using connection = await MongoConnection.open(endpoint, signal);
  await using documents = new MongoDocuments(endpoint);
  return await recordedSync(new StatusTable(store, collections.length, () => new Date()), position, async alongside => {
    await using feed = await openFeed(settings, database, plans, position, signal);
    logger.info(`reading ${feed.label}`);
    return await syncDocuments({
      feed, store, database, collections, alongside,
      reader: new MongoDocumentReader(connection), scan: documents, verify: config.verify, follow: config.follow, maxChanges: config.batch,
      onBatch: ({changes}) => progress({stage: 'sync', rows: changes, tablesDone: 0, tables: collections.length}),
    }, signal);
  }, {label, follow: config.follow, signal});
}

/** Where the last load or sync left off. Touches nothing: where nothing was loaded nothing is made. */
async function savedPosition(destination: Destination, positionKey: string, signal: AbortSignal): Promise<Position | null> {
  await using status = await lookAtStatus(destination, signal, positionKey);
  return await status?.store.position(signal) ?? null;
}
