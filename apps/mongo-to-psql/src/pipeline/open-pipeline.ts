import {createHash} from 'node:crypto';
import {DocumentSource, MongoDocuments, parseEndpoint, readSchemas, type Documents} from '@sluice/connector-mongodb';
import type {CommandContext} from '@sluice/cli-kit';
import {ErrorCode, PipelineError, type Destination, type Endpoint, type Gate} from '@sluice/core';
import {openDestination} from '@sluice/registry';
import type {DocumentSchema} from '@sluice/relational';
import type {Settings} from '../config/settings.ts';
import {chosen} from '../schema/chosen.ts';
import {profileDocuments} from '../schema/profile-documents.ts';
import {runLabel} from '../status/run-label.ts';
import {DescribedDocuments} from './described-documents.ts';
import {keepSchemas, knownSchemaFile, readKnownSchemas, schemasGate} from './known-schemas.ts';
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
  /** Which tables its runs are for; see `runLabel`. */
  readonly label: string;
  /** Another reader of the collections, as tables; whoever asked for it disposes it. */
  openSource(): DocumentSource;
  /** Keep what the documents held for the runs that follow, together with the tables that go live; none where schemas were given. */
  readonly gates: readonly Gate[];
  /** The file where it is; null where schemas were given, and where it is only read. */
  readonly foundIn: string | null;
  /** Keeps it for tables that somebody else makes. */
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
    const isFound = settings.schemas === undefined && how === 'find';
    return {
      settings, database, destination, schemas, positionKey, label: runLabel(settings, database),
      openSource: () => documentSource(new MongoDocuments(endpoint), schemas, {...settings, caseSensitive: tellsCase(settings.target)}),
      foundIn: isFound ? file : null,
      gates: isFound ? [schemasGate(file, schemas)] : [],
      async keepFound() {
        if (isFound) await keepSchemas(file, schemas);
      },
      [Symbol.asyncDispose]: () => destination[Symbol.asyncDispose](),
    };
  } catch (error) {
    await destination[Symbol.asyncDispose]();
    throw error;
  }
}

/** How the tables of a source are called. */
export interface TableNames extends Pick<Settings, 'compat' | 'prefix'> {
  /** Whether names that differ by case alone are two names where the tables go. */
  readonly caseSensitive: boolean;
}

/** Documents as tables, by schemas alone. */
export const documentSource = (documents: Documents, schemas: readonly DocumentSchema[], {compat, prefix, caseSensitive}: TableNames): DocumentSource =>
  new DocumentSource(new DescribedDocuments(documents, schemas.map(({collection}) => collection)), {
    naming: compat ? 'compat' : 'clean', prefix, schemas, sample: null, collections: null, views: false, ...(!caseSensitive && {caseSensitive}),
  });

/** Columns of MySQL and SQLite that differ by case alone are one, and so may their tables be. */
const tellsCase = ({url}: Endpoint): boolean => /^postgres/i.test(url);

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
