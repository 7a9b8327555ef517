import {type Endpoint, ErrorCode, PipelineError, Secret} from '@sluice/core';
import {z} from 'zod';
import type {FoundPassword} from './password.ts';

/**
 * Takes the password out of a URL: `mysql://reader:p%40ss@db/study` becomes
 * `{url: 'mysql://reader@db/study', password: Secret}`. Everything else of the URL stays to the letter;
 * URLs without `//` (`sqlite:file.db`, `csv:folder/`) have no password and pass as they are.
 *
 * Throws CONFIG when the URL is not one, when its password is not percent-encoded so that its end
 * is unclear, and when a password is given apart as well: two passwords are one too many, and
 * whichever won would surprise somebody.
 */
export function endpoint(url: string, {password, from = 'apart'}: {readonly password?: Secret | undefined; readonly from?: string | undefined} = {}): Endpoint {
  const {url: rest, password: own} = takePassword(url);
  if (own && password) throw twice(from);
  const used = own ?? password;
  return used ? {url: rest, password: used} : {url: rest};
}

/**
 * An endpoint with the password that `passwordFrom` found. Files have none: a variable that is set
 * for a server does no harm to them. Throws CONFIG when the URL had a password as well.
 */
export function withPassword(place: Endpoint, {password, from}: Pick<FoundPassword, 'password' | 'from'>): Endpoint {
  if (!password || !/^[^:]+:\/\/[^/]/.test(place.url)) return place;
  if (place.password) throw twice(from ?? 'apart');
  return {...place, password};
}

/** The schema of an option that is such a URL; the resolved configuration holds an `Endpoint`. */
export function endpointUrl() {
  return z.string().transform((text, context): Endpoint => {
    try {
      return endpoint(text);
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      context.addIssue({code: 'custom', message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`});
      return z.NEVER;
    }
  });
}

function takePassword(url: string): {readonly url: string; readonly password?: Secret} {
  const match = /^([a-z][a-z0-9+.-]*):(\/\/)?(.*)$/is.exec(url);
  if (!match) throw wrong('this is not a URL', 'write one such as mysql://user@host/database or sqlite:file.db');
  const [, scheme = '', slashes, rest = ''] = match;
  if (/\s/.test(scheme)) throw wrong('this is not a URL');
  if (slashes === undefined || rest.startsWith('/')) return {url};
  const end = rest.search(/[/?#]|$/);
  const authority = rest.slice(0, end);
  const at = authority.lastIndexOf('@');
  const tail = rest.slice(end);
  const path = tail.slice(0, tail.search(/\?|$/));
  if (path.includes('@') || (at < 0 && tail.includes('@') && /:(?!\d*$)/.test(authority))) {
    throw wrong('the URL has an @ behind its host', 'percent-encode the characters @ : / ? # % in user, password and database: %40 %3A %2F %3F %23 %25');
  }
  if (/[?&](password|passwd|pass|pwd)=/i.test(tail)) {
    throw wrong('the URL has a password among its parameters', `write ${scheme}://user:password@host/database`);
  }
  if (at < 0) return {url};
  const user = authority.slice(0, at);
  const colon = user.indexOf(':');
  if (colon < 0) return {url};
  const encoded = user.slice(colon + 1);
  const without = `${scheme}://${user.slice(0, colon)}@${authority.slice(at + 1)}${tail}`;
  if (encoded === '') return {url: without};
  try {
    return {url: without, password: new Secret(decodeURIComponent(encoded))};
  } catch {
    throw wrong('the password in the URL has a % that is no percent-encoding', 'write %25 for a percent sign');
  }
}

const twice = (from: string) => wrong(`the password is given twice: in the URL and by ${from}`, 'take it out of the URL');
const wrong = (message: string, remedy?: string) => new PipelineError(ErrorCode.CONFIG, message, remedy === undefined ? {} : {remedy});
