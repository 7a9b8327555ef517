import {passwordFrom, withPassword, withProxies} from '@sluice/config';
import type {Endpoint, Logger} from '@sluice/core';

/** Where an end's password may come from, when it does not stand in its URL. */
export interface PasswordSource {
  /** A file that holds it, and the flag that named the file. */
  readonly file: string | undefined;
  readonly flag: string;
  /** The variable that holds it; the same name with `_FILE` names a file. */
  readonly variable: 'SLUICE_SOURCE_PASSWORD' | 'SLUICE_DESTINATION_PASSWORD';
}

/** One end of a copy with its password, and with the proxies that the environment names. Throws CONFIG when it is given twice or cannot be read. */
export async function findEndpoint(
  end: Endpoint, from: PasswordSource, env: Readonly<Record<string, string | undefined>>, logger: Logger, signal: AbortSignal,
): Promise<Endpoint> {
  const found = await passwordFrom({...from, env}, signal);
  for (const warning of found.warnings) logger.warn(warning);
  return withProxies(withPassword(end, found), env);
}
