import {ErrorCode, PipelineError} from '@sluice/core';
import type {SocrataEndpoint, SodaVersion} from './endpoint.ts';
import {cutShort, notSocrata, Passing, refusalError, UNNAMED} from './errors.ts';
import {HttpClient, type HttpRequest, type HttpResponse} from './http.ts';
import {NotJson, readMembers} from './row-members.ts';
import {RowSplitter} from './row-splitter.ts';
import {Attempts, retryAfterMs, type Timing} from './timing.ts';

/** The global's type is in no library that this is compiled with. */
type Decoder = InstanceType<typeof TextDecoder>;

/** The figures of a query with aggregates, by name; null where there is none. */
export type Figures = ReadonlyMap<string, string | null>;

type Asked = Omit<HttpRequest, 'headers'>;

/** More than any metadata or refusal; a body without end would fill the memory. */
const LARGEST_DOCUMENT = 64 << 20;
/** Redirects within the portal that are followed. */
const MOST_REDIRECTS = 3;

/** One portal: both versions of its API behind one face. */
export class Portal implements Disposable {
  readonly #endpoint: SocrataEndpoint;
  readonly #timing: Timing;
  readonly #http: HttpClient;
  readonly #warnings = new Set<string>();
  #usesToken: boolean;
  /** An answer came while the token was shown: it is valid. */
  #isTokenKnown = false;

  constructor(endpoint: SocrataEndpoint, timing: Timing) {
    this.#endpoint = endpoint;
    this.#timing = timing;
    this.#http = new HttpClient(endpoint);
    this.#usesToken = endpoint.appToken !== null;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  warn(warning: string): void {
    this.#warnings.add(warning);
  }

  /** How the last connection is protected; null where it is not. */
  get encryption(): string | null {
    return this.#http.encryption;
  }

  /** The version that is asked. */
  get api(): SodaVersion {
    return this.#endpoint.api ?? (this.#endpoint.user !== null || this.#usesToken ? '3' : '2.1');
  }

  /** As whom one reads there, and by which proxy. */
  get reader(): string {
    const who = this.#endpoint.user !== null ? `as user ${this.#endpoint.user.name}` : this.#usesToken ? 'with an app token' : 'as nobody';
    return this.#endpoint.proxy === null ? who : `${who}, by the proxy ${this.#endpoint.proxy.label}`;
  }

  attempts(): Attempts {
    return new Attempts(this.#timing);
  }

  /** `/api/views/ID.json`, parsed. Throws CONNECT, AUTH, SCHEMA. */
  metadata(id: string, signal: AbortSignal): Promise<unknown> {
    return this.document(`/api/views/${id}.json`, id, signal);
  }

  /** A document about data sets, parsed. `id`: how errors call what it is of. Throws CONNECT, AUTH, SCHEMA. */
  document(path: string, id: string, signal: AbortSignal): Promise<unknown> {
    return this.attempts().until(async () => {
      const response = await this.#ask({method: 'GET', path}, id, signal);
      const text = await this.#text(response, signal);
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw notSocrata(this.#endpoint.host, `what it says of data set ${id} is no JSON`);
      }
    }, signal);
  }

  /** The one row of a query with aggregates. Throws CONNECT, AUTH, SCHEMA. */
  figures(id: string, soql: string, signal: AbortSignal): Promise<Figures> {
    return this.attempts().until(async () => {
      const rows: string[] = [];
      for await (const texts of this.page(id, soql, signal)) {
        rows.push(...texts);
        if (rows.length > 1) break;
      }
      const [row] = rows;
      if (row === undefined || rows.length > 1) throw notSocrata(this.#endpoint.host, 'it does not answer a count with one row');
      const figures = new Map<string, string | null>();
      try {
        readMembers(row, (key, kind, value) => { figures.set(key, kind === 'null' ? null : value); });
      } catch (error) {
        throw this.notJson(error);
      }
      return figures;
    }, signal);
  }

  /** Texts of the rows that a query gives, as they come. One attempt: throws Passing where it can be made again, behind what came. */
  async *page(id: string, soql: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
    const response = await this.#ask(this.#queryRequest(id, soql), id, signal);
    this.#heed(response, id);
    const splitter = new RowSplitter(this.#endpoint.host);
    const decoder = new TextDecoder('utf-8', {fatal: true});
    for await (const piece of response.body) {
      const rows = splitter.push(this.#decode(decoder, piece));
      if (rows.length > 0) yield rows;
    }
    splitter.push(this.#decode(decoder));
    splitter.end();
  }

  /** What a row that is no JSON says of the server; any other error is thrown on. */
  notJson(error: unknown): unknown {
    return error instanceof NotJson ? notSocrata(this.#endpoint.host, 'what it sends is not an array of rows in JSON') : error;
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }

  #queryRequest(id: string, soql: string): Asked {
    return this.api === '3'
      ? {method: 'POST', path: `/api/v3/views/${id}/query.json`, body: JSON.stringify({query: soql})}
      : {method: 'GET', path: `/resource/${id}.json?$query=${encodeURIComponent(soql)}`};
  }

  /** An answer of JSON. Where the token is refused, it is asked for once more without: data sets that everybody may read are not lost for a token that expired. */
  async #ask(request: Asked, id: string, signal: AbortSignal): Promise<HttpResponse> {
    const {host} = this.#endpoint;
    let response = await this.#follow(request, signal);
    if (response.status === 403 && this.#usesToken && !this.#isTokenKnown) {
      response.discard();
      this.#usesToken = false;
      response = await this.#follow(request, signal);
      if (response.status === 200) this.#warnings.add(`${host} refuses the app token: everything is read without it, more slowly where the portal is busy; get another one`);
      else if (response.status === 403) {
        this.#usesToken = true;
        response.discard();
        throw new PipelineError(ErrorCode.AUTH, `${host} refuses data set ${id} with the app token and without it`, {
          remedy: 'check the token; a private data set wants a user: name the id of an API key in the URL, and pass its secret as the password',
        });
      }
    } else if (response.status === 200 && this.#usesToken) this.#isTokenKnown = true;
    if (response.status !== 200) throw await this.#refusal(response, id, signal);
    const type = response.headers['content-type'] ?? '';
    if (!/^application\/(?:[\w.+-]*\+)?json\b/i.test(type)) {
      response.discard();
      throw notSocrata(host, `it answers with ${/^text\/html\b/i.test(type) ? 'a page of HTML' : 'something else than JSON'}`);
    }
    return response;
  }

  /** Follows redirects within the portal, and no other: neither the token nor the trust in a host goes to another one. */
  async #follow(request: Asked, signal: AbortSignal): Promise<HttpResponse> {
    const {protocol, host} = this.#endpoint;
    let {path} = request;
    for (let count = 0; ; count++) {
      const response = await this.#http.send({...request, path, headers: this.#identification()}, signal);
      if (response.status < 300 || response.status > 399 || response.status === 304) return response;
      response.discard();
      const to = targetOf(response.headers.location, `${protocol}//${host}${path}`);
      if (to === null) throw notSocrata(host, 'it redirects to nowhere');
      if (to.origin !== new URL(`${protocol}//${host}`).origin) {
        throw new PipelineError(ErrorCode.CONNECT, `${host} redirects to another host, ${to.host}`, {
          retryable: false, remedy: `where that is the portal's new place, read socrata://${to.host}/…; nothing was sent there`,
        });
      }
      if (count >= MOST_REDIRECTS) throw notSocrata(host, 'its redirects have no end');
      path = to.pathname + to.search;
    }
  }

  #identification(): Record<string, string> {
    const {user, appToken} = this.#endpoint;
    if (user !== null) return {authorization: `Basic ${Buffer.from(`${user.name}:${user.password.reveal()}`).toString('base64')}`};
    return this.#usesToken && appToken !== null ? {'x-app-token': appToken.reveal()} : {};
  }

  async #refusal(response: HttpResponse, id: string, signal: AbortSignal): Promise<PipelineError | Passing> {
    const {status, headers} = response;
    const body = await this.#text(response, signal);
    const {code, column} = refusalBody(body);
    const requestId = headers['x-socrata-requestid'];
    return refusalError({
      status, code, column, waitMs: retryAfterMs(headers['retry-after'], headers.date, this.#timing.now()), requestId: typeof requestId === 'string' && /^[\w-]{1,64}$/.test(requestId) ? requestId : null,
    }, this.#endpoint.host, id);
  }

  /** Tells when the server answers from a copy that lags behind. */
  #heed({headers}: HttpResponse, id: string): void {
    if (headers['x-soda2-data-out-of-date'] !== 'true') return;
    this.#warnings.add(`${this.#endpoint.host} says that what it answers queries of data set ${id} from lags behind the publisher's data: what changed since may be missing; run again later`);
  }

  async #text({body}: HttpResponse, signal: AbortSignal): Promise<string> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of body) {
      signal.throwIfAborted();
      bytes += piece.length;
      if (bytes > LARGEST_DOCUMENT) throw notSocrata(this.#endpoint.host, 'an answer has no end');
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  #decode(decoder: Decoder, piece?: Uint8Array): string {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, {stream: true});
    } catch {
      // The end of a text that was cut in the middle of a character, or bytes that are none.
      throw piece === undefined ? cutShort(this.#endpoint.host) : notSocrata(this.#endpoint.host, 'what it sends is not UTF-8');
    }
  }
}

function targetOf(location: string | undefined, from: string): URL | null {
  return location !== undefined && URL.canParse(location, from) ? new URL(location, from) : null;
}

/** Code and column of a refusal, in any of the shapes that portals have; nothing else of it is shown, as it quotes the query. */
function refusalBody(text: string): {readonly code: string | null; readonly column: string | null} {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return {code: null, column: null};
  }
  if (typeof body !== 'object' || body === null) return {code: null, column: null};
  const {code, errorCode, error, data} = body as {code?: unknown; errorCode?: unknown; error?: unknown; data?: {column?: unknown} | null};
  const named = [code, errorCode].find(each => typeof each === 'string' && /^[\w.-]{1,100}$/.test(each));
  const column = typeof data === 'object' && data !== null && typeof data.column === 'string' && /^[\w:@.-]{1,255}$/.test(data.column) ? data.column : null;
  // The oldest have no code; that they are refusals of a portal they do say.
  return {code: typeof named === 'string' ? named : error === true ? UNNAMED : null, column};
}
