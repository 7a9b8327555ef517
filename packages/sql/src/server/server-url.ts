/** What the URLs of database servers have in common, decoded. */
export interface ServerUrl {
  readonly url: URL;
  readonly parameters: URLSearchParams;
  readonly user: string;
  readonly database: string;
  /** A name or an address, without brackets; `localhost` where the URL names none. */
  readonly host: string;
  /** Whether the host is this machine, so that nobody listens on the way. */
  readonly isLocal: boolean;
}

/**
 * Takes `scheme://user@host:port/database?…` apart and tells each problem, without the text it is in.
 * Null when it cannot be read as a URL at all. `known` are the parameters it may have, each once.
 */
export function readServerUrl(text: string, known: readonly string[], problem: (message: string) => void): ServerUrl | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const decode = (part: string, what: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      problem(`${what} in the URL has a % that starts no escape`);
      return '';
    }
  };
  const parameters = url.searchParams;
  for (const name of new Set(parameters.keys())) {
    if (!known.includes(name)) problem(`the URL has an unknown parameter ${name}; known are ${known.join(', ')}`);
    else if (parameters.getAll(name).length > 1) problem(`the URL has ${name} more than once`);
  }
  if (url.password !== '') problem('the password must not stand in the URL; pass it apart');
  const user = decode(url.username, 'the user');
  if (user === '') problem('the URL names no user');
  const database = decode(url.pathname.replace(/^\//, ''), 'the database');
  if (database === '') problem('the URL names no database');
  const host = decode(url.hostname.replace(/^\[|\]$/g, ''), 'the host') || 'localhost';
  return {url, parameters, user, database, host, isLocal: host === 'localhost' || host === '::1' || host.startsWith('127.')};
}
