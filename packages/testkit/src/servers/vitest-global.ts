import {startBroker} from './broker.ts';
import {foundIn, startServers} from './server.ts';

/**
 * Vitest's global set-up: one broker for the whole run, so that each server starts once and only when a test file asks for it.
 * `npm test` starts the servers itself and says so in SLUICE_TEST_SERVERS; then there is nothing to do.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['SLUICE_TEST_SERVERS'] !== undefined) return undefined;
  const broker = await startBroker(kind => startServers([kind], line => { console.error(line); }), foundIn);
  process.env['SLUICE_SERVER_BROKER'] = broker.path;
  return async () => { await broker[Symbol.asyncDispose](); };
}
