import {Secret, type Endpoint} from '@sluice/core';

/** How servers outside are reached, as `HTTPS_PROXY` and `NO_PROXY` say it; a URL may hold a password. */
export interface ProxyVariables {
  readonly httpsProxy: Secret;
  /** As it is written; empty: none is left out. */
  readonly noProxy: string;
}

/** An end with what the variables say of proxies, for connectors that speak HTTPS; both are known in lower case, too, which wins. */
export function withProxies(end: Endpoint, env: Readonly<Record<string, string | undefined>>): Endpoint {
  const url = env['https_proxy'] || env['HTTPS_PROXY'];
  if (!url) return end;
  const proxies: ProxyVariables = {httpsProxy: new Secret(url), noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? ''};
  return {...end, options: {...end.options, proxies}};
}

/** What `withProxies` put there; null: nothing. */
export function proxiesOf({options}: Endpoint): ProxyVariables | null {
  const proxies = options?.['proxies'];
  // Sound: nobody else writes this option.
  return proxies === undefined ? null : proxies as ProxyVariables;
}
