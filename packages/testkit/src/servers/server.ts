import {askBroker} from './broker.ts';
import {versionOf} from './database.ts';
import {findInstallation} from './installation.ts';
import {launch} from './launch.ts';
import {serverKinds, type PrivateServer, type ServerKind, type ServerOptions, type TestServer} from './types.ts';

/** A server that a test needs is not to be had here; the message says why. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError';
}

const known = new Map<ServerKind, Promise<TestServer | null>>();

/**
 * The server of this kind that the tests of this run share, or null when there is none here (then skip, for instance with `describe.skipIf`).
 * Looks in this order: TEST_MARIADB_URL, TEST_MYSQL_URL, TEST_POSTGRES_URL or TEST_MONGODB_URL; what `npm test` or the test runner has started; a program on the machine; Debian's package.
 * A server that this call has to start ends with this process. Outside of `npm test`, which counts skips itself, a missing server is an error when CI=true.
 */
export function server(kind: ServerKind): Promise<TestServer | null> {
  const running = known.get(kind) ?? find(kind).then(found => {
    if (!found) tellMissing(kind);
    return found;
  });
  known.set(kind, running);
  return running;
}

let tellMissing: (kind: ServerKind) => void = () => {};

/** For the test runner: what to do, once in each test file, when a server is asked for in vain. */
export function whenMissing(tell: (kind: ServerKind) => void): void {
  tellMissing = tell;
}

/** What `startServers` found: the servers that run, why others are not to be had here, and why others that are here do not run. */
export interface StartedServers extends AsyncDisposable {
  readonly running: ReadonlyMap<ServerKind, TestServer>;
  readonly missing: ReadonlyMap<ServerKind, string>;
  readonly broken: ReadonlyMap<ServerKind, Error>;
}

/** Starts every kind that is not given by URL, side by side; disposing stops those that were started here. Never rejects. */
export async function startServers(kinds: readonly ServerKind[] = serverKinds, say: (line: string) => void = () => {}): Promise<StartedServers> {
  const running = new Map<ServerKind, TestServer>();
  const missing = new Map<ServerKind, string>();
  const broken = new Map<ServerKind, Error>();
  const own: PrivateServer[] = [];
  // Found one after the other, as apt takes one caller at a time; started together.
  const starts = kinds.map(kind => ({kind, start: prepare(kind, say)}));
  await Promise.all(starts.map(async ({kind, start}) => {
    try {
      const {started, owned} = await start();
      running.set(kind, started);
      if (owned) own.push(owned);
    } catch (error) {
      if (error instanceof MissingServerError) missing.set(kind, error.message);
      else broken.set(kind, error as Error);
    }
  }));
  return {running, missing, broken, [Symbol.asyncDispose]: async () => { await Promise.all(own.splice(0).map(each => each.stop())); }};
}

/** Starts a server for one test alone, which may kill it. Null when there is no such program here: a server given by URL is not ours to kill. */
export async function startPrivateServer(kind: ServerKind, options: ServerOptions = {}): Promise<PrivateServer | null> {
  if (isKnownMissing(kind)) return null;
  const found = findInstallation(kind);
  return 'missing' in found ? null : await launch(found, options);
}

async function find(kind: ServerKind): Promise<TestServer | null> {
  if (givenUrl(kind)) return await given(kind);
  if (isKnownMissing(kind)) return null;
  const broker = process.env['SLUICE_SERVER_BROKER'];
  const answer = broker ? await askBroker(broker, kind) : await startHere(kind);
  if (!('missing' in answer)) return answer;
  if (process.env['CI'] === 'true') throw new MissingServerError(answer.missing);
  console.error(`skipped: tests on ${kind}: ${answer.missing}`);
  return null;
}

/** `npm test` names the servers of its run, perhaps none: whatever is not named was looked for already. */
function isKnownMissing(kind: ServerKind): boolean {
  const named = process.env['SLUICE_TEST_SERVERS'];
  return named !== undefined && !named.split(',').some(each => each.startsWith(`${kind} `));
}

async function startHere(kind: ServerKind): Promise<TestServer | {readonly missing: string}> {
  return foundIn(await startServers([kind]), kind);
}

/** The server, or why it is missing; throws when it is here and does not run. */
export function foundIn({running, missing, broken}: StartedServers, kind: ServerKind): TestServer | {readonly missing: string} {
  const error = broken.get(kind);
  if (error) throw error;
  return running.get(kind) ?? {missing: missing.get(kind) ?? 'not looked for'};
}

interface Start {
  readonly started: TestServer;
  readonly owned?: PrivateServer;
}

function prepare(kind: ServerKind, say: (line: string) => void): () => Promise<Start> {
  if (givenUrl(kind)) return async () => ({started: await given(kind)});
  const found = findInstallation(kind, say);
  return async () => {
    if ('missing' in found) throw new MissingServerError(found.missing);
    const owned = await launch(found);
    return {started: owned, owned};
  };
}

const variable = (kind: ServerKind) => `TEST_${kind.toUpperCase()}_URL`;
const givenUrl = (kind: ServerKind) => process.env[variable(kind)];

const usualPorts: Readonly<Record<ServerKind, number>> = {mariadb: 3306, mysql: 3306, postgres: 5432, mongodb: 27_017};

async function given(kind: ServerKind): Promise<TestServer> {
  const text = givenUrl(kind) as string;
  const url = new URL(text);
  let version: string;
  try {
    version = await versionOf(text);
  } catch (error) {
    throw new Error(`${variable(kind)} names ${url.host}, which does not answer: ${(error as {code?: string}).code ?? 'no connection'}`, {cause: error});
  }
  return {
    kind, version, url: text, host: url.hostname, port: Number(url.port) || usualPorts[kind],
    user: decodeURIComponent(url.username), password: decodeURIComponent(url.password), socket: url.searchParams.get('socket') ?? process.env[`TEST_${kind.toUpperCase()}_SOCKET`] ?? null,
  };
}
