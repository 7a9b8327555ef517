import type {CommandContext} from '@sluice/cli-kit';
import {withProxies} from '@sluice/config';
import type {Endpoint} from '@sluice/core';
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

/** The data set of a topic with its token: from the topics file, or SLUICE_SOURCE_PASSWORD. Throws CONFIG. */
export async function sourceOf({source, dataset, table, user, token, pageRows, tls, tlsCa}: Topic, {env, logger, signal}: Around, geometry: 'geojson' | 'postgis' = 'geojson'): Promise<Endpoint> {
  const options = new URLSearchParams({
    table, system: 'true', ...(pageRows !== undefined && {pageRows: String(pageRows)}), ...(tls !== undefined && {tls: String(tls)}), ...(tlsCa !== undefined && {tlsCa}), ...(geometry === 'postgis' && {geometry}),
  });
  const url = `socrata://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${source}/${dataset}?${options}`;
  if (token) return withProxies({url, password: token}, env);
  return findEndpoint({url}, {file: undefined, flag: '', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
}
