import {option, z} from '@sluice/config';
import type {Endpoint} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import type {Around} from '../topics/open-places.ts';

/** A portal, and how it is reached. */
export const portalOptions = {
  host: option(z.string().regex(/^[^/?#@\s]+$/, 'must be a host alone, as in data.seattle.gov'), {describe: 'The portal.', env: false, value: 'HOST', example: 'data.seattle.gov'}),
  tls: option(z.boolean().default(true), {describe: 'Without it only servers on this machine are read.', env: false, advanced: true}),
  tlsCa: option(z.string().min(1).optional(), {describe: 'A file with the certificate of an authority that Node does not know.', env: false, value: 'FILE', advanced: true}),
};

export const datasetOption = option(z.string().regex(/^[a-z0-9]{4}-[a-z0-9]{4}$/i, 'must be an id: four characters, a hyphen and four characters, as in jguv-t9rb'), {describe: 'The id of the data set, the last part of the address of its page.', env: false, value: 'ID', example: 'jguv-t9rb'});

interface PortalSettings {
  readonly host: string;
  readonly tls: boolean;
  readonly tlsCa?: string | undefined;
}

/** A portal, or one of its data sets, with the token of SLUICE_SOURCE_PASSWORD. Throws CONFIG. */
export async function portalEndpoint({host, tls, tlsCa}: PortalSettings, dataset: string | null, {env, logger, signal}: Around): Promise<Endpoint> {
  const options = new URLSearchParams({...(!tls && {tls: 'false'}), ...(tlsCa !== undefined && {tlsCa})});
  const url = `socrata://${host}${dataset === null ? '' : `/${dataset}`}${options.size > 0 ? `?${options}` : ''}`;
  return findEndpoint({url}, {file: undefined, flag: '', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
}
