import {createHash} from 'node:crypto';
import {DocumentSource, MongoDocuments, parseEndpoint, readSchemas, type Documents} from '@sluice/connector-mongodb';
import type {CommandContext} from '@sluice/cli-kit';
import {ErrorCode, PipelineError, type Destination} from '@sluice/core';
import {openDestination} from '@sluice/registry';
import type {DocumentSchema} from '@sluice/relational';
import type {Settings} from '../config/settings.ts';
import {chosen} from '../schema/chosen.ts';
import {profileDocuments} from '../schema/profile-documents.ts';
import {DescribedDocuments} from './described-documents.ts';
import {keepSchemas, knownSchemaFile, readKnownSchemas} from './known-schemas.ts';
import {refuseUnmasked} from './masking-mark.ts';

/** Both ends, and what the tables are made from. */
export interface Pipeline extends AsyncDisposable {
  readonly settings: Settings;
  readonly database: string;
  readonly destination: Destination;
  /** What becomes of the collections that are followed. */
  readonly schemas: readonly DocumentSchema[];
  /** Under which the destination keeps how far the log of changes was read. */
  readonly positionKey: string;
  /** Another reader of the collections, as tables; whoever asked for it disposes it. */
  openSource(): DocumentSource;
  /** Keeps what the documents held for the runs that follow. Called when there are tables of it: until then those that are there are of what was found before. */
  keepFound(): Promise<void>;
}

export interface PipelineRequest {
  readonly settings: Settings;
  readonly stateFile: string;
  /** `find`: where no schema is given, the documents are looked at; later runs `know` what was found, once it is kept. */
  readonly schemas: 'find' | 'know';
}

type World = Pick<CommandContext, 'logger' | 'progress' | 'signal'>;

/** Throws CONFIG where no schema is to be had, and with every problem of those that are, or for tables that were made with a policy when none is given; what connecting throws. */
export async function openPipeline({settings, stateFile, schemas: how}: PipelineRequest, world: World): Promise<Pipeline> {
  const endpoint = parseEndpoint(settings.source);
  const {database} = endpoint;
  const destination = await openDestination(settings.target);
  try {
    const positionKey = positionKeyOf(settings, database);
    if (how === 'know') await refuseUnmasked(destination, positionKey, settings, world.signal);
    const file = knownSchemaFile(stateFile, destination.label, positionKey);
    const schemas = settings.schemas !== undefined ? await givenSchemas(settings.schemas, settings.collections, world.signal)
      : how === 'know' ? await knownSchemas(file)
      : await foundSchemas(() => new MongoDocuments(endpoint), settings, world);
    return {
      settings, database, destination, schemas, positionKey,
      openSource: () => documentSource(new MongoDocuments(endpoint), schemas, settings),
      async keepFound() {
        if (settings.schemas !== undefined || how === 'know') return;
        await keepSchemas(file, schemas);
        world.logger.info(`what the documents hold is in ${file}; name a file of your own with --schemas to decide about it`);
      },
      [Symbol.asyncDispose]: () => destination[Symbol.asyncDispose](),
    };
  } catch (error) {
    await destination[Symbol.asyncDispose]();
    throw error;
  }
}

/** Documents as tables, by schemas alone. */
export const documentSource = (documents: Documents, schemas: readonly DocumentSchema[], {compat, prefix}: Pick<Settings, 'compat' | 'prefix'>): DocumentSource =>
  new DocumentSource(new DescribedDocuments(documents, schemas.map(({collection}) => collection)), {
    naming: compat ? 'compat' : 'clean', prefix, schemas, sample: null, collections: null, views: false,
  });

/** The least that a destination holds of a key: 256 bytes, with what is put behind it. */
const MOST_KEY_BYTES = 200;

/** Runs that follow other collections, or make other tables, have a place of their own in the log. */
export const positionKeyOf = ({compat, prefix, collections}: Pick<Settings, 'compat' | 'prefix' | 'collections'>, database: string): string => {
  const key = ['mongo-to-psql', database, compat ? 'compat' : 'clean', prefix, ...[...collections].sort()].join('/');
  return Buffer.byteLength(key) <= MOST_KEY_BYTES ? key : `mongo-to-psql/${createHash('sha256').update(key).digest('hex')}`;
};

export async function givenSchemas(path: string, collections: readonly string[], signal: AbortSignal): Promise<readonly DocumentSchema[]> {
  const schemas = (await readSchemas(path, signal)).filter(({collection}) => chosen(collection, collections));
  if (schemas.length === 0) throw new PipelineError(ErrorCode.CONFIG, `${path} describes no collection of these names`, {remedy: 'look at --collections and at the names in the schema files'});
  return schemas;
}

async function knownSchemas(file: string): Promise<readonly DocumentSchema[]> {
  const known = await readKnownSchemas(file);
  if (known) return known;
  throw new PipelineError(ErrorCode.CONFIG, 'what the tables were made from is not known here: no load with these options was run in this folder', {remedy: 'load first, or name the schema files with --schemas'});
}

async function foundSchemas(open: () => Documents, {collections}: Settings, world: World): Promise<readonly DocumentSchema[]> {
  await using documents = open();
  return await profileDocuments({documents, collections, sample: null}, world);
}
