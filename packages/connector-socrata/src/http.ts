import {readFileSync} from 'node:fs';
import {Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage} from 'node:http';
import {Agent as HttpsAgent, request as httpsRequest} from 'node:https';
import {pipeline, type Duplex, type Readable} from 'node:stream';
import {connect as connectTls, TLSSocket, type ConnectionOptions} from 'node:tls';
import {createGunzip} from 'node:zlib';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {SocrataEndpoint} from './endpoint.ts';
import {networkError, Passing} from './errors.ts';
import {connectThrough, type Proxy} from './proxy.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** With its parameters. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body, unpacked; leaving it early closes its connection. Throws CONNECT; Passing where it can be asked for again. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives the body up. */
  discard(): void;
}

/** Most connections at once: one reads, another asks for totals. */
const MOST_CONNECTIONS = 4;

/** What an agent of Node wants a connection to. */
type Target = ConnectionOptions & {readonly host: string; readonly port: number | string};
type Done = (error: unknown, socket?: Duplex) => void;

/** One server over HTTPS, or HTTP on this machine: connections are kept, never sent elsewhere, and closed with it. */
export class HttpClient implements Disposable {
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #isPlain: boolean;
  readonly #caFile: string | null;
  readonly #proxy: Proxy | null;
  readonly #bodies = new Set<Readable>();
  readonly #closing = new AbortController();
  #agent: HttpAgent | HttpsAgent | null = null;
  #encryption: string | null = null;
  #disposed = false;

  constructor({host, protocol, timeoutMs, tlsCa, proxy}: Pick<SocrataEndpoint, 'host' | 'protocol' | 'timeoutMs' | 'tlsCa' | 'proxy'>) {
    this.#host = host;
    this.#timeoutMs = timeoutMs;
    this.#isPlain = protocol === 'http:';
    this.#caFile = tlsCa;
    this.#proxy = proxy;
  }

  /** How the last connection is protected; null where it is not, or where there was none yet. */
  get encryption(): string | null {
    return this.#encryption;
  }

  /** Resolves with the head of the answer. Throws CONNECT, CONFIG for a `tlsCa` that cannot be read, Passing where it can be asked for again. */
  async send({method, path, headers, body}: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    signal.throwIfAborted();
    if (this.#disposed) throw new Error('the client is disposed');
    this.#agent ??= this.#isPlain ? new HttpAgent({keepAlive: true, maxSockets: MOST_CONNECTIONS}) : this.#tlsAgent();
    const url = new URL(path, `${this.#isPlain ? 'http' : 'https'}://${this.#host}`);
    const request = (this.#isPlain ? httpRequest : httpsRequest)(url, {
      method, agent: this.#agent, signal,
      headers: {accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'sluice', ...headers, ...(body !== undefined && {'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body))})},
    });
    try {
      const response = await this.#head(request, body, signal);
      if (response.socket instanceof TLSSocket) this.#encryption = `${response.socket.getProtocol() ?? 'TLS'}; the certificate was checked, and whose it is`;
      const gunzip = response.headers['content-encoding'] === 'gzip' ? createGunzip() : null;
      // The error comes out of the stream that is read: nothing is left to do here.
      const stream: Readable = gunzip === null ? response : pipeline(response, gunzip, () => {});
      stream.on('error', () => {});
      return {status: response.statusCode ?? 0, headers: response.headers, body: this.#pieces(stream, response, signal), discard: () => { response.destroy(); }};
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, this.#host);
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#closing.abort();
    for (const body of this.#bodies) body.destroy();
    this.#agent?.destroy();
  }

  #tlsAgent(): HttpsAgent {
    const agent = new HttpsAgent({keepAlive: true, maxSockets: MOST_CONNECTIONS, ...(this.#caFile !== null && {ca: certificates(this.#caFile)})});
    const proxy = this.#proxy;
    if (proxy === null) return agent;
    // Node's agents take a connection that is made by somebody else; the types of Node 20 do not tell of it.
    return Object.assign(agent, {createConnection: (options: Target, done: Done) => { void this.#connect(proxy, options, done); }});
  }

  async #connect(proxy: Proxy, options: Target, done: Done): Promise<void> {
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    let socket: Duplex;
    try {
      socket = await connectThrough(proxy, `${host}:${options.port}`, this.#timeoutMs, this.#closing.signal);
    } catch (error) {
      done(error);
      return;
    }
    done(null, connectTls({...options, socket}));
  }

  #head(request: ClientRequest, body: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => request.destroy(this.#tooSlow()), this.#timeoutMs);
      const settled = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      };
      // A request that waits for its connection tells of an abort only when it has one.
      const stop = () => {
        settled();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, {once: true});
      request.once('response', response => {
        settled();
        resolve(response);
      });
      request.on('error', error => {
        settled();
        reject(error);
      });
      request.end(body);
    });
  }

  async *#pieces(stream: Readable, response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.#bodies.add(response);
    // Read by hand: the server's silence counts, not that of whoever reads us.
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (;;) {
        const timer = setTimeout(() => stream.destroy(this.#tooSlow()), this.#timeoutMs);
        const {done, value} = await pieces.next().finally(() => { clearTimeout(timer); });
        signal.throwIfAborted();
        if (done) return;
        yield value;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, this.#host);
    } finally {
      this.#bodies.delete(response);
      // What was read to its end gives its connection back by itself.
      if (!response.complete) response.destroy();
      stream.destroy();
    }
  }

  #tooSlow(): Passing {
    return new Passing(new PipelineError(ErrorCode.CONNECT, `${this.#host}: the portal has said nothing for ${this.#timeoutMs / 1000} seconds`, {remedy: 'run again later, or give it more time by timeout'}), null);
  }
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const {code} = error as {code?: unknown};
    throw new PipelineError(ErrorCode.CONFIG, `tlsCa: ${file} cannot be read${typeof code === 'string' ? ` (${code})` : ''}`, {remedy: 'name a file with certificates in PEM'});
  }
}
