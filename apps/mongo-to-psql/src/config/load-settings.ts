import type {CommandContext} from '@sluice/cli-kit';
import type {Resolved} from '@sluice/config';
import {ErrorCode, PipelineError, type Endpoint, type Problem} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import type {defineConfig} from '@sluice/config';
import {loadOldConfig, type OldConfig} from './old-config.ts';
import type {feedOptions, maskOptions, shapeOptions, sourceOptions, targetOptions} from './options.ts';
import type {NamedEndpoint, OplogPlace, Settings, SourceSettings} from './settings.ts';

type OptionsOf<O extends Parameters<typeof defineConfig>[2]> = Resolved<ReturnType<typeof defineConfig<O>>>;

/** The options of a command that works on both ends; some leave parts out. */
export type SettingsOptions = SourceSettingsOptions & OptionsOf<typeof targetOptions>;
export type SourceSettingsOptions = OptionsOf<typeof sourceOptions> & Partial<OptionsOf<typeof shapeOptions> & OptionsOf<typeof feedOptions> & OptionsOf<typeof maskOptions>>;

type World = Pick<CommandContext, 'env' | 'logger' | 'signal'>;

/** Flags and variables win over the INI file, end by end. Throws CONFIG with every problem. */
export async function loadSettings(config: SettingsOptions, {env, logger, signal}: World): Promise<Settings> {
  const old = config.configFile === undefined ? undefined : await loadOldConfig(config.configFile, signal);
  const {problems, settings} = decideSource(config, old);
  const target = config.target ?? old?.targets.get(config.psqlSection);
  if (!target) {
    problems.push(old && !config.target ? {path: config.configFile ?? '', message: `has no section [${config.psqlSection}]`}
      : {path: '--target', message: 'is required: postgresql://user@host/db, mysql://… or sqlite:file.db; or --config-file with the old INI file'});
  }
  if (!settings || !target || problems.length > 0) throw refusal(problems);
  return {
    ...await settings({env, logger, signal}),
    target: config.target ? await findEndpoint(target, {file: config.targetPasswordFile, flag: '--target-password-file', variable: 'SLUICE_DESTINATION_PASSWORD'}, env, logger, signal) : target,
  };
}

/** The same for commands that need no target. */
export async function loadSourceSettings(config: SourceSettingsOptions, {env, logger, signal}: World): Promise<SourceSettings> {
  const old = config.configFile === undefined ? undefined : await loadOldConfig(config.configFile, signal);
  const {problems, settings} = decideSource(config, old);
  if (!settings || problems.length > 0) throw refusal(problems);
  return await settings({env, logger, signal});
}

function refusal(problems: readonly Problem[]): PipelineError {
  const [first] = problems;
  return new PipelineError(ErrorCode.CONFIG, problems.length === 1 && first ? `${first.path} ${first.message}` : `${problems.length} problems with the options`, {problems});
}

/** What is wrong with the source's part, and what makes its settings where nothing is. */
function decideSource(config: SourceSettingsOptions, old: OldConfig | undefined): {readonly problems: Problem[]; readonly settings?: (world: World) => Promise<SourceSettings>} {
  const problems: Problem[] = [];
  const source = config.source ?? old?.source;
  if (!source) problems.push({path: '--source', message: 'is required: mongodb://user@host/db; or --config-file with the old INI file'});
  else if (!/^mongodb(\+srv)?:/i.test(source.url)) problems.push({path: '--source', message: 'must be a mongodb: or mongodb+srv: URL'});
  const namespaces = config.oplog ?? DEFAULT_OPLOG;
  const ownOplogs = config.oplogSource ?? [];
  const told = ownOplogs.length > 0 ? named(ownOplogs) : config.source ? [] : old?.oplogs ?? [];
  if (ownOplogs.length > 0 && config.changes === 'streams') problems.push({path: '--oplog-source', message: 'is not read with --changes streams'});
  if (namespaces.length > 1 && told.length > 1 && namespaces.length !== told.length) problems.push({path: '--oplog', message: `must be one, or as many as there are oplog sources: ${told.length}, got ${namespaces.length}`});
  if (!source || problems.length > 0) return {problems};
  const isOplog = told.length > 0 || namespaces.length > 1 || namespaces[0] !== DEFAULT_OPLOG[0];
  return {problems, settings: async ({env, logger, signal}) => {
    // What the INI file says of users and passwords is whole; elsewhere the password may be apart.
    const from = config.source ? await findEndpoint(source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal) : source;
    return {
      source: from,
      // An INI file names its shards.
      oplogs: ownOplogs.length === 0 && told.length > 1 ? placesOf(told, namespaces, from) : inOneOrder(placesOf(told, namespaces, from)),
      changes: (config.changes ?? 'auto') === 'auto' && isOplog ? 'oplog' : config.changes ?? 'auto',
      schemas: config.schemas ?? old?.schemas,
      collections: config.collections ?? [],
      compat: config.compat ?? old !== undefined,
      prefix: config.prefix ?? '',
      masked: config.policy !== undefined,
    };
  }};
}

/** The target alone, for commands that ask nothing of the source. Throws CONFIG. */
export async function loadTarget(config: OptionsOf<typeof targetOptions> & Pick<OptionsOf<typeof sourceOptions>, 'configFile'>, {env, logger, signal}: World): Promise<Endpoint> {
  if (config.target) return await findEndpoint(config.target, {file: config.targetPasswordFile, flag: '--target-password-file', variable: 'SLUICE_DESTINATION_PASSWORD'}, env, logger, signal);
  const told = config.configFile === undefined ? undefined : (await loadOldConfig(config.configFile, signal)).targets.get(config.psqlSection);
  if (!told) throw new PipelineError(ErrorCode.CONFIG, '--target is required: postgresql://user@host/db, mysql://… or sqlite:file.db; or --config-file with the old INI file');
  return told;
}

/** The source alone, for commands that ask nothing of the target. Throws CONFIG. */
export async function loadSource(config: OptionsOf<typeof sourceOptions>, {env, logger, signal}: World): Promise<Endpoint> {
  if (config.source) return await findEndpoint(config.source, {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
  if (config.configFile === undefined) throw new PipelineError(ErrorCode.CONFIG, '--source is required: mongodb://user@host/db; or --config-file with the old INI file');
  return (await loadOldConfig(config.configFile, signal)).source;
}

const DEFAULT_OPLOG = ['local.oplog.rs'];

/** One oplog needs no name; several go by their order, see `inOneOrder`. */
const nameOf = (place: number, of: number) => (of === 1 ? 'mongo-oplog' : `mongo-oplog-shard${String(place + 1).padStart(String(of).length, '0')}`);

const named = (endpoints: readonly Endpoint[]): readonly NamedEndpoint[] => endpoints.map((endpoint, i) => ({name: nameOf(i, endpoints.length), endpoint}));

/** In whatever order the oplogs of the shards are given: positions go by these names, and must not be those of another shard. */
function inOneOrder(places: readonly OplogPlace[]): readonly OplogPlace[] {
  const key = ({namespace, endpoint: {url}}: OplogPlace) => `${namespace} ${url}`;
  return [...places].sort((one, other) => (key(one) < key(other) ? -1 : 1)).map((place, i) => ({...place, name: nameOf(i, places.length)}));
}

/** One namespace at each server, or all of them at one. */
function placesOf(told: readonly NamedEndpoint[], namespaces: readonly string[], source: Endpoint): readonly OplogPlace[] {
  if (told.length > 1) return told.map((one, i) => ({...one, namespace: namespaces[namespaces.length === 1 ? 0 : i]!}));
  const endpoint = told[0]?.endpoint ?? source;
  return namespaces.map((namespace, i) => ({name: nameOf(i, namespaces.length), endpoint, namespace}));
}
