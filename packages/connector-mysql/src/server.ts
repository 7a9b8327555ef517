import type {DriverConnection} from './connect.ts';
import {serverName} from './connect.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {classify} from './errors.ts';

export type Flavor = 'mysql' | 'mariadb';

/** What is asked of a server once per connection. */
export interface Server {
  readonly flavor: Flavor;
  /** Major, minor, patch. */
  readonly version: readonly [number, number, number];
  readonly threadId: number;
  readonly maxAllowedPacket: number;
  /** Whether LOAD DATA LOCAL is allowed, by the server and by whoever opened the destination. */
  readonly localInfile: boolean;
  readonly hasBinlog: boolean;
  /** How many warnings of one statement a session of ours can look at. */
  readonly maxWarnings: number;
}

export function readServer(connection: DriverConnection, endpoint: MysqlEndpoint, signal: AbortSignal): Promise<Server> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      connection.stream.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, {once: true});
    const sql = 'SELECT VERSION(), CONNECTION_ID(), @@max_allowed_packet, @@local_infile, @@log_bin, @@max_error_count';
    connection.query({sql, timeout: endpoint.stallTimeoutMs}, (error: unknown, rows: unknown) => {
      signal.removeEventListener('abort', abort);
      if (error) return reject(classify(error, serverName(endpoint)));
      const [version, threadId, packet, infile, binlog, warnings] = (rows as [string, number, number, number, number, number][])[0]!;
      const isMariadb = /mariadb/i.test(version);
      resolve({
        flavor: isMariadb ? 'mariadb' : 'mysql',
        version: versionNumbers(version),
        threadId, maxAllowedPacket: packet, localInfile: infile === 1 && endpoint.localInfile, hasBinlog: binlog === 1,
        // MariaDB lets everybody raise it, MySQL only administrators.
        maxWarnings: isMariadb ? 65_535 : warnings,
      });
    });
  });
}

/** `10.11.19-MariaDB-…` and `9.7.4`; some proxies put `5.5.5-` before MariaDB's own. */
function versionNumbers(text: string): [number, number, number] {
  const [, major = '0', minor = '0', patch = '0'] = /^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor), Number(patch)];
}

/** Whether the server is at least that version. */
export function atLeast(server: Server, major: number, minor: number, patch = 0): boolean {
  const [a, b, c] = server.version;
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch;
}
