import {endpoint, passwordFrom} from '@sluice/config';
import type {Endpoint, Logger} from '@sluice/core';

/** Where an end's URL and its password may come from. */
export interface EndpointPlaces {
  readonly url: string;
  /** A file that holds the password. */
  readonly file: string | undefined;
  readonly flag: string;
  readonly variable: 'SLUICE_SOURCE_PASSWORD' | 'SLUICE_TARGET_PASSWORD';
}

/** One end of a copy, its password found in the URL, a file or the environment. Throws CONFIG. */
export async function findEndpoint(
  {url, file, flag, variable}: EndpointPlaces, env: Readonly<Record<string, string | undefined>>, logger: Logger, signal: AbortSignal,
): Promise<Endpoint> {
  // A URL without a host has no password to look for.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(url)) return endpoint(url);
  const {password, from, warnings} = await passwordFrom({file, flag, variable, env}, signal);
  for (const warning of warnings) logger.warn(warning);
  return endpoint(url, {password, from});
}
