import {request as httpRequest, type IncomingMessage} from 'node:http';
import {request as httpsRequest} from 'node:https';
import type {Duplex} from 'node:stream';
import {proxiesOf} from '@sluice/config';
import {ErrorCode, PipelineError, Secret, type Endpoint, type Problem} from '@sluice/core';
import {networkError, Passing} from './errors.ts';

/** A proxy that hands TLS through, untouched, to the host that it is asked for (HTTP CONNECT, RFC 9110, 9.3.6). */
export interface Proxy {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  /** `Proxy-Authorization`; null: it knows nobody. */
  readonly authorization: Secret | null;
  /** For people: `proxy.example:3128`. */
  readonly label: string;
}

/** The proxy that a host is reached by; null: none. `problem` hears what is wrong with the variable, never what it holds. */
export function proxyFor(endpoint: Endpoint, host: string, problem: (problem: Problem['message']) => void): Proxy | null {
  const proxies = proxiesOf(endpoint);
  if (proxies === null || isLeftOut(host, proxies.noProxy)) return null;
  const text = proxies.httpsProxy.reveal();
  const url = URL.canParse(text) ? new URL(text) : null;
  const user = url === null ? null : userOf(url);
  if (url === null || user === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    problem('HTTPS_PROXY is no URL of a proxy; write http://host:port');
    return null;
  }
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
  return {protocol: url.protocol, host: name, port, authorization: user === ':' ? null : new Secret(`Basic ${Buffer.from(user).toString('base64')}`), label: `${url.hostname}:${port}`};
}

/** `name:password`, `:` where nobody is named; null where it cannot be read. */
function userOf({username, password}: URL): string | null {
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    return null;
  }
}

/** Names in `NO_PROXY` mean themselves and what ends in them behind a dot; `*` means everything; a port counts where it is written. */
function isLeftOut(host: string, noProxy: string): boolean {
  const [, name = '', port = '443'] = /^(.*?)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
  return noProxy.toLowerCase().split(/[\s,]+/).filter(Boolean).some(entry => {
    if (entry === '*') return true;
    const [, wanted = '', wantedPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    return (wantedPort === undefined || wantedPort === port) && (name === wanted || name.endsWith(`.${wanted}`));
  });
}

/** A connection through a proxy, on which nothing has been said yet. Throws CONNECT, AUTH; Passing where it can be tried again. */
export async function connectThrough({protocol, host, port, authorization, label}: Proxy, target: string, timeoutMs: number, signal: AbortSignal): Promise<Duplex> {
  const request = (protocol === 'http:' ? httpRequest : httpsRequest)({
    host, port, method: 'CONNECT', path: target, agent: false, signal, ...(protocol === 'https:' && {servername: host}),
    headers: {host: target, ...(authorization && {'proxy-authorization': authorization.reveal()})},
  });
  const timer = setTimeout(() => request.destroy(new Passing(new PipelineError(ErrorCode.CONNECT, `the proxy ${label} has said nothing for ${timeoutMs / 1000} seconds`, {remedy: 'run again later, or give it more time by timeout'}), null)), timeoutMs);
  try {
    return await new Promise<Duplex>((resolve, reject) => {
      request.once('connect', (response: IncomingMessage, socket: Duplex) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(refusal(response.statusCode ?? 0, label, target));
      });
      // It answers as a server of pages would.
      request.once('response', (response: IncomingMessage) => {
        response.destroy();
        reject(refusal(response.statusCode ?? 0, label, target));
      });
      request.once('error', error => { reject(networkError(error, `the proxy ${label}`)); });
      request.end();
    });
  } finally {
    clearTimeout(timer);
  }
}

function refusal(status: number, label: string, target: string): PipelineError | Passing {
  if (status === 407) return new PipelineError(ErrorCode.AUTH, `the proxy ${label} wants to know who asks (407)`, {remedy: 'write user and password into HTTPS_PROXY: http://user:password@host:port'});
  const error = new PipelineError(ErrorCode.CONNECT, `the proxy ${label} does not reach ${target} (${status})`, {retryable: status >= 500, remedy: 'check HTTPS_PROXY and NO_PROXY, or ask who runs the proxy'});
  return status >= 500 ? new Passing(error, null) : error;
}
