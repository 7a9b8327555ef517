import {once} from 'node:events';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {answer, type Answer} from './answer.ts';
import {FaultQueue, type SodaFault, type SodaTopic} from './faults.ts';
import {catalogEntry, metadataOf, printCsv, printDocument, printJson} from './print.ts';
import {parseSoql, SoqlError} from './soql.ts';
import {SodaTable, type SodaTableOptions} from './tables.ts';

/** A portal that speaks SODA 2.1 and 3 about tables that a test gives it, and fails when a test asks for it. Listens on loopback. */
export interface SodaServer extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** What was asked, in order. */
  readonly requests: readonly SodaRequest[];
  /** Connections that are open now. */
  readonly connections: number;
  add(table: SodaTableOptions): SodaTable;
  /** The next request of this kind meets the fault; `times` says how many in all do. */
  fail(topic: SodaTopic, fault: SodaFault, times?: number): void;
  /** No fault waits any more. */
  recover(): void;
  /** Called with each request before it is answered, so that a test can change tables between pages. Null: nobody. */
  onRequest(listener: ((request: SodaRequest) => void) | null): void;
}

export interface SodaRequest {
  readonly topic: SodaTopic | 'catalog' | 'other';
  readonly api: '2.1' | '3' | null;
  readonly id: string | null;
  /** The query, put together from its parts where it came so. */
  readonly soql: string | null;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface SodaOptions {
  /** App tokens that are valid; any other is refused, as the platform does. */
  readonly tokens?: readonly string[];
  /** Who may see private tables: name and password, or id and secret of an API key. */
  readonly users?: Readonly<Record<string, string>>;
  /** SODA 3 refuses whoever shows neither. */
  readonly needsToken?: boolean;
  /** Whether answers are compressed for those who say that they understand it; default true. */
  readonly gzip?: boolean;
  /** A page has at most so many rows whatever is asked for. */
  readonly maxPage?: number;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly tls?: {readonly key: string | Buffer; readonly cert: string | Buffer};
}

const JSON_TYPE = 'application/json;charset=utf-8';
const LONGEST_TYPE_HEADERS = 5000;
/** Characters. */
const CHUNK = 64 << 10;

export async function startSoda(options: SodaOptions = {}): Promise<SodaServer> {
  const tables = new Map<string, SodaTable>();
  const faults = new FaultQueue();
  const requests: SodaRequest[] = [];
  let listener: ((request: SodaRequest) => void) | null = null;
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    void respond({request, response, options, tables, faults, heard: each => {
      requests.push(each);
      listener?.(each);
    }}).catch(() => {
      // A reader that goes away, or a mistake in here: neither must leave a connection that says nothing.
      response.destroy();
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, handle) : createServer(handle);
  let connections = 0;
  server.on('connection', socket => {
    connections++;
    socket.on('close', () => connections--);
    // Told by the reader's side.
    socket.on('error', () => {});
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  // Sound: a TCP server that listens has such an address.
  const {port} = server.address() as AddressInfo;
  return {
    port, host: `127.0.0.1:${port}`, requests,
    get connections() { return connections; },
    add(table) {
      const added = new SodaTable(table);
      tables.set(table.id, added);
      return added;
    },
    fail: (topic, fault, times = 1) => faults.add(topic, fault, times),
    recover: () => faults.clear(),
    onRequest(next) { listener = next; },
    async [Symbol.asyncDispose]() {
      const closed = new Promise(resolve => { server.close(resolve); });
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly options: SodaOptions;
  readonly tables: ReadonlyMap<string, SodaTable>;
  readonly faults: FaultQueue;
  heard(request: SodaRequest): void;
}

async function respond(exchange: Exchange): Promise<void> {
  const {request, heard} = exchange;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const heads = {path: url.pathname, headers: request.headers};
  if (url.pathname === '/api/catalog/v1') {
    heard({...heads, topic: 'catalog', api: null, id: null, soql: null});
    return catalog(exchange, url.searchParams);
  }
  const metadata = /^\/api\/views\/([^/]+?)(?:\.json)?$/.exec(url.pathname)?.[1];
  if (metadata !== undefined) {
    heard({...heads, topic: 'metadata', api: null, id: metadata, soql: null});
    return answerMetadata(exchange, metadata);
  }
  const [, resource, resourceFormat] = /^\/resource\/([^/]+)\.(json|csv)$/.exec(url.pathname) ?? [];
  const [, view, viewFormat] = /^\/api\/v3\/views\/([^/]+)\/query\.(json|csv)$/.exec(url.pathname) ?? [];
  if (resource === undefined && view === undefined) {
    heard({...heads, topic: 'other', api: null, id: null, soql: null});
    return refuse(exchange, 404, {code: 'not_found', error: true, message: 'No service found for this URL.'});
  }
  const id = resource ?? view!;
  const api = resource === undefined ? '3' : '2.1';
  const {soql, problem} = api === '2.1' ? queryOf(url.searchParams) : await bodyQuery(request, url.searchParams);
  const topic: SodaTopic = /\b(?:count|sum|min|max)\s*\(/i.test(soql) ? 'totals' : 'rows';
  heard({...heads, topic, api, id, soql});
  await answerQuery(exchange, {api, id, soql, topic, format: resourceFormat ?? viewFormat!, problem});
}

/** The query of SODA 2.1, from one parameter or from its parts. */
function queryOf(parameters: URLSearchParams): {readonly soql: string; readonly problem: string | null} {
  const whole = parameters.get('$query');
  const parts = ['$select', '$where', '$order', '$limit', '$offset'];
  if (whole !== null) return {soql: whole, problem: parts.some(name => parameters.has(name)) ? 'If $query is used, all options should be specified in $query.' : null};
  const unknown = [...parameters.keys()].filter(name => !parts.includes(name) && !name.startsWith('$$'));
  const [select, where, order, limit, offset] = parts.map(name => parameters.get(name));
  const soql = [
    `SELECT ${select ?? '*'}`, ...(where ? [`WHERE ${where}`] : []), ...(order ? [`ORDER BY ${order}`] : []), ...(limit ? [`LIMIT ${limit}`] : []), ...(offset ? [`OFFSET ${offset}`] : []),
  ].join(' ');
  return {soql, problem: unknown.length > 0 ? `Unrecognized arguments [${unknown.join(', ')}]` : null};
}

async function bodyQuery(request: IncomingMessage, parameters: URLSearchParams): Promise<{readonly soql: string; readonly problem: string | null}> {
  if (request.method !== 'POST') return {soql: parameters.get('query') ?? 'SELECT *', problem: null};
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const {query = 'SELECT *', page} = JSON.parse(Buffer.concat(chunks).toString()) as {query?: string; page?: {pageNumber: number; pageSize: number}};
    return {soql: page ? `${query} LIMIT ${page.pageSize} OFFSET ${(page.pageNumber - 1) * page.pageSize}` : query, problem: null};
  } catch {
    return {soql: 'SELECT *', problem: 'Request body is not valid JSON'};
  }
}

/** Refuses whoever may not ask; true when the exchange is over. */
async function refused(exchange: Exchange, table: SodaTable | undefined, id: string, api: '2.1' | '3' | null, missing: string): Promise<boolean> {
  const {request: {headers}, options: {tokens = [], users = {}, needsToken}} = exchange;
  const token = headers['x-app-token'];
  const [name = '', password] = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString().split(':');
  const isUser = password !== undefined && Object.hasOwn(users, name) && users[name] === password;
  let message: string | null = null;
  if (token !== undefined && !tokens.includes(String(token))) message = 'Invalid app_token specified';
  else if (headers.authorization !== undefined && !isUser) {
    await refuse(exchange, 401, {code: 'authentication_required', error: true, message: 'Invalid username or password'});
    return true;
  } else if (api === '3' && needsToken && token === undefined && !isUser) message = 'You must provide a valid app token';
  else if (table?.options.isPrivate && !isUser) message = 'You must be logged in to access this resource';
  if (message !== null) await refuse(exchange, 403, {code: 'permission_denied', error: true, message});
  else if (!table) await refuse(exchange, 404, {code: missing, error: true, message: 'Not found', data: {id}});
  return message !== null || !table;
}

async function answerMetadata(exchange: Exchange, id: string): Promise<void> {
  const {response, tables, faults} = exchange;
  const fault = faults.take('metadata');
  if (fault && await spoiled(exchange, fault)) return;
  const table = tables.get(id);
  if (await refused(exchange, table, id, null, 'not_found')) return;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(printDocument(metadataOf(table!)));
}

interface Query {
  readonly api: '2.1' | '3';
  readonly id: string;
  readonly soql: string;
  readonly topic: SodaTopic;
  readonly format: string;
  readonly problem: string | null;
}

async function answerQuery(exchange: Exchange, {api, id, soql, topic, format, problem}: Query): Promise<void> {
  const {response, options: {maxPage = Infinity}, tables, faults} = exchange;
  const fault = faults.take(topic);
  if (fault && await spoiled(exchange, fault)) return;
  const table = tables.get(id);
  if (await refused(exchange, table, id, api, 'dataset.missing')) return;
  if (problem !== null) return refuse(exchange, 400, {error: true, message: problem});
  let found: Answer;
  try {
    found = answer(table!, parseSoql(soql), {ignoresWhere: fault?.kind === 'repeat', ...(api === '3' && {defaultLimit: Infinity})});
  } catch (error) {
    if (!(error instanceof SoqlError)) throw error;
    return refuse(exchange, 400, {message: `Query coordinator error: ${error.code}; ${error.message}; position: Map(row -> 1, column -> 8, line -> "${soql}")`, errorCode: error.code, data: error.data});
  }
  const rows = found.rows.slice(0, maxPage);
  if (fault?.kind === 'reorder') rows.reverse();
  setHeaders(response, table!, found, api);
  if (format === 'csv') {
    response.setHeader('Content-Type', 'text/csv; charset=UTF-8');
    return send(exchange, printCsv({...found, rows}));
  }
  response.setHeader('Content-Type', JSON_TYPE);
  if (fault?.kind === 'cut' || fault?.kind === 'unfinished') return sendPart(exchange, [...printJson({...found, rows}, api)], fault);
  return send(exchange, printJson({...found, rows}, api));
}

function setHeaders(response: ServerResponse, table: SodaTable, {fields, types}: Answer, api: '2.1' | '3'): void {
  const truth = new Date(table.forMetadata().rowsUpdatedAt * 1000).toUTCString();
  const replica = new Date(table.forQueries().rowsUpdatedAt * 1000).toUTCString();
  const [fieldsText, typesText] = [JSON.stringify(fields), JSON.stringify(types)];
  response.setHeader('X-SODA2-Data-Out-Of-Date', api === '3' ? '[]' : String(table.isOutOfDate));
  response.setHeader('Last-Modified', replica);
  if (api === '3') response.setHeader('X-SODA2-Warning', 'X-SODA2-Fields, X-SODA2-Types, and X-SODA2-Legacy-Types are deprecated');
  else {
    response.setHeader('X-SODA2-Truth-Last-Modified', truth);
    response.setHeader('X-SODA2-Secondary-Last-Modified', replica);
  }
  // Wide tables have neither, as with the platform.
  if (fieldsText.length + typesText.length >= LONGEST_TYPE_HEADERS || /[^\x20-\x7e]/.test(fieldsText)) return;
  response.setHeader('X-SODA2-Fields', fieldsText);
  response.setHeader('X-SODA2-Types', typesText);
}

/** Does what a fault wants of any kind of request; true when that was all. */
async function spoiled(exchange: Exchange, fault: SodaFault): Promise<boolean> {
  const {request, response} = exchange;
  switch (fault.kind) {
    case 'throttle':
      if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
      await refuse(exchange, 429, {code: 'too_many_requests', error: true, message: 'Too many requests'});
      return true;
    case 'error':
      response.writeHead(fault.status, {'Content-Type': 'application/json; charset=utf-8'}).end(fault.body ?? printDocument({error: true, message: 'Internal error', status: fault.status}));
      return true;
    case 'html':
      response.writeHead(200, {'Content-Type': 'text/html; charset=utf-8'}).end('<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in</body></html>\n');
      return true;
    case 'body':
      response.writeHead(200, {'Content-Type': JSON_TYPE}).end(fault.text);
      return true;
    case 'redirect':
      response.writeHead(302, {Location: fault.to}).end();
      return true;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'silence':
      await once(request.socket, 'close');
      return true;
    case 'slow':
      await fault.until;
      return false;
    default:
      return false;
  }
}

async function refuse({response}: Exchange, status: number, body: object): Promise<void> {
  if (status === 404) response.setHeader('X-Error-Code', (body as {code?: string}).code ?? 'not_found');
  response.writeHead(status, {'Content-Type': 'application/json; charset=utf-8', 'X-Socrata-RequestId': '245c26b637796d52c60f9a5e902627db'}).end(printDocument(body));
}

async function send({request, response, options: {gzip = true}}: Exchange, pieces: Iterable<string>): Promise<void> {
  response.setHeader('X-Socrata-RequestId', 'fd9a4477d4eb14b6f7b1f3326a060eb7');
  response.setHeader('Vary', 'Accept-Encoding');
  const source = Readable.from(inChunks(pieces), {highWaterMark: 1});
  if (!gzip || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return pipeline(source, response);
  response.setHeader('Content-Encoding', 'gzip');
  return pipeline(source, createGzip({level: 1}), response);
}

/** Rows together: a piece of a stream costs more than a row. */
function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** A page that ends too early: the connection with it, or as if all were well. */
async function sendPart({request, response}: Exchange, pieces: readonly string[], {kind, afterRows}: {readonly kind: 'cut' | 'unfinished'; readonly afterRows: number}): Promise<void> {
  const whole = pieces.slice(0, afterRows + 1).join('');
  const next = pieces[afterRows + 1] ?? '';
  const text = whole + next.slice(0, Math.floor(next.length / 2));
  if (kind === 'unfinished') {
    response.end(text);
    return;
  }
  response.write(text);
  // What was written has to be on its way before the connection breaks.
  await new Promise<void>(resolve => { response.write('', () => resolve()); });
  request.socket.destroySoon();
}

async function catalog({request, response, tables}: Exchange, parameters: URLSearchParams): Promise<void> {
  const domain = request.headers.host ?? '127.0.0.1';
  const limit = Number(parameters.get('limit') ?? 100);
  const offset = Number(parameters.get('offset') ?? 0);
  response.setHeader('Content-Type', JSON_TYPE);
  if (offset + limit > 10_000) {
    response.writeHead(400).end(printDocument({error: 'Invalid value for offset + limit'}));
    return;
  }
  const [ids, words] = [parameters.get('ids')?.split(','), (parameters.get('q') ?? '').toLowerCase().split(' ')];
  const found = [...tables.values()].filter(({options: {id, name, description = '', isPrivate}}) =>
    !isPrivate && (ids === undefined || ids.includes(id)) && words.every(word => `${name} ${description}`.toLowerCase().includes(word)));
  response.end(printDocument({results: found.slice(offset, offset + limit).map(table => catalogEntry(table, domain)), resultSetSize: found.length, timings: {serviceMillis: 1, searchMillis: [1, 1]}}));
}
