import {option, z} from '@sluice/config';
import {ErrorCode, PipelineError, type Endpoint} from '@sluice/core';

/** Beyond that servers refuse connections, and one process has nothing left to give. */
const MOST_AT_ONCE = 64;

/** How many connections a copy takes; a plan needs it, too. */
export const parallelOption = {
  parallel: option(z.coerce.number().int().min(1).max(MOST_AT_ONCE).default(1), {
    describe: 'Copy so many tables, or parts of large ones, at once.', details: 'Each takes a connection of its own at both ends, and all are read in one snapshot. Such a copy begins anew when it dies.', value: 'N',
  }),
};

/** How much of two servers a copy may take. */
export const guestOptions = {
  consistency: option(z.enum(['snapshot', 'chunks']).default('snapshot'), {
    describe: 'chunks: no long transaction at the source.', details: 'Each chunk is read in a short transaction of its own; afterwards all are compared with the source by digests, and what changed is moved again.',
    value: 'snapshot|chunks', advanced: true,
  }),
  maxRowsPerSecond: option(z.coerce.number().positive().optional(), {describe: 'Read no more rows a second, over all tables.', value: 'N', advanced: true}),
  lockTimeout: option(z.coerce.number().positive().optional(), {describe: 'Wait no longer for a lock of a server; default: 60.', value: 'SECONDS', env: false, advanced: true}),
  statementTimeout: option(z.coerce.number().positive().optional(), {describe: 'Let no statement run longer at a server; default: no limit.', value: 'SECONDS', env: false, advanced: true}),
};

export interface ServerLimits {
  readonly lockTimeout?: number | undefined;
  readonly statementTimeout?: number | undefined;
}

export interface CopyEnds {
  readonly source: Endpoint;
  readonly destination: Endpoint;
}

const SERVERS = /^(?:mysql|mariadb|postgres(?:ql)?):/;

/** Both ends with these limits, where they are servers; what an URL says itself counts. Throws CONFIG when neither is one. */
export function withServerLimits({source, destination}: CopyEnds, limits: ServerLimits): CopyEnds {
  const given = Object.entries({lockTimeout: limits.lockTimeout, statementTimeout: limits.statementTimeout});
  const wanted = given.filter((limit): limit is [string, number] => limit[1] !== undefined);
  if (wanted.length > 0 && ![source, destination].some(({url}) => SERVERS.test(url))) {
    throw new PipelineError(ErrorCode.CONFIG, 'neither end is a server, whose locks and statements could have a limit', {remedy: 'leave --lock-timeout and --statement-timeout out'});
  }
  const limited = (end: Endpoint): Endpoint => {
    if (!SERVERS.test(end.url)) return end;
    // Not by `URL`, to which a URL without a host, as of a server on a socket, is none.
    const at = end.url.indexOf('?');
    const said = new URLSearchParams(at < 0 ? '' : end.url.slice(at));
    const more = wanted.filter(([name]) => !said.has(name)).map(([name, seconds]) => `${name}=${seconds}`);
    return more.length === 0 ? end : {...end, url: `${end.url}${at < 0 ? '?' : '&'}${more.join('&')}`};
  };
  return {source: limited(source), destination: limited(destination)};
}
