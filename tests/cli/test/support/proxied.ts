import {breakableProxy, type BreakableProxy} from '@sluice/testkit';
import type {Database} from './database.ts';

/** A way to a database that can be broken; disposing closes the way. */
export interface Proxied extends AsyncDisposable {
  readonly proxy: BreakableProxy;
  /** The database's URL through the proxy; `query` is appended. */
  url(query?: string): string;
}

export async function proxied({server, url}: Pick<Database, 'server' | 'url'>): Promise<Proxied> {
  const proxy = await breakableProxy({host: server.host, port: server.port});
  return {
    proxy,
    url(query = '') {
      const through = new URL(url);
      through.hostname = '127.0.0.1';
      through.port = String(proxy.port);
      through.search = query;
      return through.href;
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
