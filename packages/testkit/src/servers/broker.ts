import {mkdtempSync, rmSync} from 'node:fs';
import {createServer, request} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ServerKind, TestServer} from './types.ts';
import type {StartedServers} from './server.ts';

/** A server, or why there is none. */
type Answer = TestServer | {readonly missing: string};

/**
 * Lets the many processes of one test run share servers that start when the first of them asks.
 * `start` is called once for a kind, `found` takes the answer out of what it gives and may throw.
 * The path it returns is for SLUICE_SERVER_BROKER; disposing stops what was started.
 */
export async function startBroker(
  start: (kind: ServerKind) => Promise<StartedServers>, found: (started: StartedServers, kind: ServerKind) => Answer,
): Promise<AsyncDisposable & {readonly path: string}> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-broker-'));
  const path = join(folder, 'broker.sock');
  const started = new Map<ServerKind, Promise<StartedServers>>();
  const listener = createServer((incoming, response) => {
    const kind = (incoming.url ?? '/').slice(1) as ServerKind;
    const running = started.get(kind) ?? start(kind);
    started.set(kind, running);
    running.then(servers => { response.end(JSON.stringify(found(servers, kind))); })
      .catch((error: unknown) => { response.writeHead(500).end(String(error)); });
  });
  await new Promise<void>(resolve => { listener.listen(path, resolve); });
  listener.unref();
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await Promise.all([...started.values()].map(async each => { await (await each)[Symbol.asyncDispose](); }));
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

/** Asks the broker of this run for a server; waits while it starts. */
export async function askBroker(path: string, kind: ServerKind): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    request({socketPath: path, path: `/${kind}`}, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => { text += chunk; })
        .on('end', () => { if (response.statusCode === 200) resolve(JSON.parse(text)); else reject(new Error(text)); });
    }).on('error', reject).end();
  });
}
