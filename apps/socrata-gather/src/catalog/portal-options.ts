import {option, z} from '@sluice/config';
import {ErrorCode, PipelineError, type Endpoint} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import type {Around} from '../topics/open-places.ts';

/** A portal, and how it is reached. */
export const portalOptions = {
  host: option(z.string().regex(/^[^/?#@\s]+$/, 'must be a host alone, as in data.seattle.gov'), {describe: 'The portal.', env: false, value: 'HOST', example: 'data.seattle.gov'}),
  user: option(z.string().min(1).optional(), {describe: 'The id of an API key, for private data sets; its secret in SLUICE_SOURCE_PASSWORD.', env: false, value: 'NAME'}),
  api: option(z.enum(['2.1', '3']).optional(), {describe: 'The version of the API that is asked, 2.1 or 3.', env: false, value: 'VERSION', advanced: true}),
  tls: option(z.boolean().default(true), {describe: 'Without it only servers on this machine are read.', env: false, advanced: true}),
  tlsCa: option(z.string().min(1).optional(), {describe: 'A file with the certificate of an authority that Node does not know.', env: false, value: 'FILE', advanced: true}),
};

export const datasetOption = option(z.string().regex(/^[a-z0-9]{4}-[a-z0-9]{4}$/i, 'must be an id: four characters, a hyphen and four characters, as in jguv-t9rb'), {describe: 'The id of the data set, the last part of the address of its page.', env: false, value: 'ID', example: 'jguv-t9rb'});

interface PortalSettings {
  readonly host: string;
  readonly user?: string | undefined;
  readonly api?: '2.1' | '3' | undefined;
  readonly tls: boolean;
  readonly tlsCa?: string | undefined;
}

/** A portal, or one of its data sets, with the token of SLUICE_SOURCE_PASSWORD. Throws CONFIG. */
export async function portalEndpoint({host, user, api, tls, tlsCa}: PortalSettings, dataset: string | null, {env, logger, signal}: Around): Promise<Endpoint> {
  const options = new URLSearchParams({...(api !== undefined && {api}), ...(!tls && {tls: 'false'}), ...(tlsCa !== undefined && {tlsCa})});
  const url = `socrata://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${host}${dataset === null ? '' : `/${dataset}`}${options.size > 0 ? `?${options}` : ''}`;
  const found = await findEndpoint({url}, {file: undefined, flag: '', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
  if (user !== undefined && !found.password) throw new PipelineError(ErrorCode.CONFIG, '--user is given, and no secret', {remedy: 'set SLUICE_SOURCE_PASSWORD or SLUICE_SOURCE_PASSWORD_FILE'});
  return found;
}
