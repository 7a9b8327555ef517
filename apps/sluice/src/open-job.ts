import type {CommandContext} from '@sluice/cli-kit';
import {decode, describeOptions, readConfigFile, withReferences, type Resolved, type z} from '@sluice/config';
import {ErrorCode, PipelineError, type Endpoint} from '@sluice/core';
import {findEndpoint, type CopyJob} from '@sluice/job';
import {openSource} from '@sluice/registry';
import {copyJob} from './copy-job.ts';
import {jobConfig, type JobPlace} from './job-config.ts';
import {refusePitfalls} from './job-pitfalls.ts';
import {needsNames, partsOf, type JobPart} from './job-tables.ts';
import {tableFlags} from './table-flags.ts';
import {onePolicy} from './table-policies.ts';

export type JobFile = Resolved<typeof jobConfig>;

/** What of a command's surroundings opening a job needs. */
export type Surroundings = Pick<CommandContext, 'env' | 'logger' | 'signal'>;

/**
 * Reads a job file: references to variables are followed, and what it does not say comes from the variables that
 * `copy` knows, or is the default. Throws CONFIG with every problem at once, each with its line; never with a value.
 */
export async function readJobFile(path: string, {env, signal}: Surroundings): Promise<JobFile> {
  const read = await readConfigFile(path, signal);
  refusePitfalls(read);
  const file = withReferences(read, env);
  const said = new Set(Object.keys(file.value ?? {}));
  const variables = describeOptions(jobConfig).flatMap(({key, env: variable}) => variable === undefined || said.has(key) ? [] : [variable]);
  return decode(jobConfig, {env: Object.fromEntries(variables.map(variable => [variable, env[variable]])), file});
}

/** The copies of a job, and what they need open while they run. */
export interface OpenJob extends AsyncDisposable {
  readonly copies: readonly CopyJob[];
  readonly settings: JobFile;
}

/** `chosen`: names or patterns of the tables to run; none means all. Throws as `readJobFile`, `copyJob` and connectors do. */
export async function openJob(path: string, chosen: readonly string[], around: Surroundings, purpose: 'run' | 'look'): Promise<OpenJob> {
  const settings = await readJobFile(path, around);
  const names = needsNames(settings, chosen) ? await namesOf(await endOf(settings.source, 'source', around), around.signal) : null;
  const parts = partsOf(settings, chosen, names);
  if (parts.length > 1 && parts.some(({policies}) => onePolicy(policies) !== undefined)) {
    throw new PipelineError(ErrorCode.CONFIG, 'tables under one policy are written in one mode: what the policy leaves out must not stay beside them', {remedy: 'give all tables the same mode, or each mode a job of its own'});
  }
  const open: Awaited<ReturnType<typeof copyJob>>[] = [];
  const close = async () => { for (const one of open) await one[Symbol.asyncDispose](); };
  try {
    // Where only some tables are snapshots, how many are kept is said of those.
    const said = parts.some(({mode}) => mode === 'snapshot') ? (part: JobPart) => part.mode === 'snapshot' : () => true;
    for (const part of parts) open.push(await copyOf(said(part) ? settings : {...settings, keepSnapshots: undefined}, part, around, purpose));
  } catch (error) {
    await close();
    throw error;
  }
  return {copies: open.map(({job}) => job), settings, [Symbol.asyncDispose]: close};
}

async function copyOf(settings: JobFile, {mode, tables, exclude, byTable, onLoss, policies}: JobPart, around: Surroundings, purpose: 'run' | 'look') {
  const config = {
    ...settings, mode, tables, exclude, onLoss,
    source: urlOf(settings.source), destination: urlOf(settings.destination),
    passwordFile: fileOf(settings.source), destinationPasswordFile: fileOf(settings.destination),
    ...unsaid, dryRun: purpose === 'look',
  };
  const env = withoutVariable(settings.source, 'source', withoutVariable(settings.destination, 'destination', around.env));
  return await copyJob({...around, env, config}, purpose, {byTable, policies});
}

/** Nothing is said of tables by flags: each as if it was not given. */
const unsaid = Object.fromEntries(Object.entries(tableFlags).map(([flag, {schema}]) => [flag, schema.parse(undefined)])) as {
  readonly [Flag in keyof typeof tableFlags]: z.output<(typeof tableFlags)[Flag]['schema']>
};

/** The end with its password. */
export async function endOf(place: JobPlace, which: 'source' | 'destination', {env, logger, signal}: Surroundings): Promise<Endpoint> {
  return await findEndpoint(urlOf(place), {file: fileOf(place), flag: `${which}.passwordFile`, variable: VARIABLES[which]}, withoutVariable(place, which, env), logger, signal);
}

const VARIABLES = {source: 'SLUICE_SOURCE_PASSWORD', destination: 'SLUICE_DESTINATION_PASSWORD'} as const;

/** A variable counts for an end of which the file says no password. */
function withoutVariable(place: JobPlace, which: keyof typeof VARIABLES, env: Surroundings['env']): Surroundings['env'] {
  return isUrl(place) || !place.password ? env : {...env, [VARIABLES[which]]: undefined, [`${VARIABLES[which]}_FILE`]: undefined};
}

const isUrl = (place: JobPlace): place is Endpoint => typeof (place as Endpoint).url === 'string';

function urlOf(place: JobPlace): Endpoint {
  if (isUrl(place)) return place;
  const {url, password, passwordFile} = place;
  if (url.password && password) throw new PipelineError(ErrorCode.CONFIG, 'the password is given twice: in the URL and beside it', {remedy: 'take it out of the URL'});
  if (password && passwordFile !== undefined) throw new PipelineError(ErrorCode.CONFIG, 'the password is given twice: as password and by passwordFile', {remedy: 'take one of them out'});
  return password ? {...url, password} : url;
}

const fileOf = (place: JobPlace): string | undefined => isUrl(place) ? undefined : place.passwordFile;

/** Every table and view there is. */
async function namesOf(end: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
  await using source = await openSource(end);
  const names: string[] = [];
  await source.discover(signal, {wants: name => {
    names.push(name);
    return false;
  }});
  return names;
}
