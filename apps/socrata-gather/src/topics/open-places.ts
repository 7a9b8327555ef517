import type {CommandContext} from '@sluice/cli-kit';
import {withProxies} from '@sluice/config';
import {ErrorCode, PipelineError, type Endpoint} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import {endpointOf, type Place, type Topic} from './topic-file.ts';

export type Around = Pick<CommandContext, 'env' | 'logger' | 'signal'>;

/** A target with its password: from the topics file, a file, or SLUICE_DESTINATION_PASSWORD. Throws CONFIG. */
export async function targetOf(to: Place, {env, logger, signal}: Around): Promise<Endpoint> {
  const place = endpointOf(to);
  const {password, passwordFile} = {passwordFile: undefined, ...to};
  if (password) return {...place, password};
  return findEndpoint(place, {file: passwordFile, flag: 'passwordFile', variable: 'SLUICE_DESTINATION_PASSWORD'}, env, logger, signal);
}

/** As the connector takes it. */
const LONGEST_TIMEOUT_S = 3600;

/** The data set of a topic with its token: from the topics file, or SLUICE_SOURCE_PASSWORD. Throws CONFIG, also for a user without one. */
export async function sourceOf(topic: Topic, {env, logger, signal}: Around, geometry: 'geojson' | 'postgis' = 'geojson'): Promise<Endpoint> {
  const {name, source, dataset, table, user, token, api, computed, totals, timeout, pageRows, tls, tlsCa} = topic;
  const said = {api, computed, totals, pageRows, tls, tlsCa, timeout: timeout === undefined ? undefined : Math.min(Math.ceil(timeout / 1000), LONGEST_TIMEOUT_S), geometry: geometry === 'postgis' ? geometry : undefined};
  const options = new URLSearchParams({table, system: 'true', ...Object.fromEntries(Object.entries(said).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])))});
  const url = `socrata://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${source}/${dataset}?${options}`;
  if (token) return withProxies({url, password: token}, env);
  const found = await findEndpoint({url}, {file: undefined, flag: '', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
  if (user !== undefined && !found.password) throw new PipelineError(ErrorCode.CONFIG, `topic ${name} names a user, and there is no secret`, {remedy: 'write `token: ${API_KEY_SECRET}` into the topic, or set SLUICE_SOURCE_PASSWORD or SLUICE_SOURCE_PASSWORD_FILE'});
  return found;
}
