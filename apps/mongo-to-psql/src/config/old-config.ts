import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {ErrorCode, PipelineError, Secret, type Endpoint, type Problem} from '@sluice/core';
import {oplogTopology} from './oplog-topology.ts';
import {parseIni, type Ini, type IniValue} from './parse-ini.ts';
import type {NamedEndpoint} from './settings.ts';

/** What an INI file of the superseded system says. */
export interface OldConfig {
  readonly source: Endpoint;
  /** In the order of their names. */
  readonly oplogs: readonly NamedEndpoint[];
  /** By section: `psql`, and others of its shape, e.g. `psql-tmp`. */
  readonly targets: ReadonlyMap<string, Endpoint>;
  readonly schemas: string | undefined;
  readonly logs: string | undefined;
}

/**
 * Reads an INI file of the superseded system, whose keys repeat the name of their section (`[mongo] mongo-host = …`).
 * Users and passwords are escaped as a URL wants it, passwords are apart. Throws CONFIG with every problem.
 */
export async function loadOldConfig(path: string, signal: AbortSignal): Promise<OldConfig> {
  let text: string;
  try {
    text = await readFile(path, {encoding: 'utf8', signal});
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.CONFIG, `cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`);
  }
  return decodeOldConfig(parseIni(text, path), path);
}

/** The same for a file that is read already. */
export function decodeOldConfig(ini: Ini, path: string): OldConfig {
  const problems: Problem[] = [];
  const sections = new Sections(ini, path, problems);
  const source = ini.has('mongo') ? mongoUrl(sections, ['mongo']) : undefined;
  const targets = new Map<string, Endpoint>();
  for (const name of ini.keys()) {
    if (name !== 'psql' && !name.startsWith('psql-')) continue;
    const target = psqlUrl(sections, name);
    if (target) targets.set(name, target);
  }
  if (!ini.has('mongo')) problems.push({path, message: 'has no section [mongo]: where the documents are'});
  if (!ini.has('psql')) problems.push({path, message: 'has no section [psql]: where the tables go'});
  const oplogs = oplogTopology(ini.keys()).flatMap(({name, sections: members}) => {
    const endpoint = mongoUrl(sections, members);
    return endpoint ? [{name, endpoint}] : [];
  });
  for (const name of ini.keys()) {
    if (!/^(misc|mongo|psql(-.+)?|mongo-oplog(-.+)?)$/.test(name)) problems.push({path, message: `has a section [${name}] that nothing reads; possible are misc, mongo, mongo-oplog…, psql, psql-…`});
  }
  if (problems.length > 0 || !source) {
    const [first] = problems;
    throw new PipelineError(ErrorCode.CONFIG, problems.length === 1 && first ? `${first.path} ${first.message}` : `${problems.length} problems in ${path}`, {problems});
  }
  const folder = (key: string) => {
    const text = sections.optional('misc', key)?.text;
    return text === undefined || text === '' ? undefined : resolve(text);
  };
  return {source, oplogs, targets, schemas: folder('schemas-dir'), logs: folder('logs-dir')};
}

/** Looks up keys and gathers what is wrong with them. */
class Sections {
  readonly #ini: Ini;
  readonly #path: string;
  readonly #problems: Problem[];

  constructor(ini: Ini, path: string, problems: Problem[]) {
    this.#ini = ini;
    this.#path = path;
    this.#problems = problems;
  }

  optional(section: string, key: string): IniValue | undefined {
    return this.#ini.get(section)?.get(key);
  }

  /** The value of `SECTION-KEY`, not empty. */
  required(section: string, key: string): string | undefined {
    const value = this.optional(section, `${section}-${key}`);
    if (value !== undefined && value.text !== '') return value.text;
    this.#problems.push({path: value === undefined ? this.#path : `${this.#path}:${value.line}`, message: `[${section}] needs ${section}-${key}`});
    return undefined;
  }

  given(section: string, key: string): string | undefined {
    return this.optional(section, `${section}-${key}`)?.text || undefined;
  }

  /** `host`, `host:port`, or a problem. */
  host(section: string): string | undefined {
    const host = this.required(section, 'host');
    const port = this.optional(section, `${section}-port`);
    if (port !== undefined && port.text !== '' && !/^\d{1,5}$/.test(port.text)) {
      this.#problems.push({path: `${this.#path}:${port.line}`, message: `${section}-port must be a number, 1-65535`});
      return undefined;
    }
    if (host === undefined) return undefined;
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    return port === undefined || port.text === '' ? name : `${name}:${port.text}`;
  }

  problem(section: string, key: string, message: string): void {
    const value = this.optional(section, `${section}-${key}`);
    this.#problems.push({path: value === undefined ? this.#path : `${this.#path}:${value.line}`, message});
  }
}

/** One URL for all hosts of a replica set; database, user and parameters are those of the first section. */
function mongoUrl(sections: Sections, members: readonly string[]): Endpoint | undefined {
  const [first = ''] = members;
  const hosts = members.map(name => sections.host(name));
  const database = sections.required(first, 'dbname');
  const params = sections.given(first, 'params')?.replace(/^\?/, '') ?? '';
  if (params.startsWith('-')) sections.problem(first, 'params', `${first}-params holds flags of a command line; write parameters of a URL: tls=true&tlsAllowInvalidCertificates=true`);
  const tls = /^(1|yes|true|on)$/i.test(sections.given(first, 'ssl') ?? '') && !/(^|&)(tls|ssl)=/.test(params) ? 'tls=true' : '';
  if (database === undefined || hosts.includes(undefined)) return undefined;
  const query = [params, tls].filter(part => part !== '').join('&');
  return withUser(sections, first, user => `mongodb://${user}${hosts.join(',')}/${encodeURIComponent(database)}${query === '' ? '' : `?${query}`}`);
}

function psqlUrl(sections: Sections, name: string): Endpoint | undefined {
  const host = sections.host(name);
  const database = sections.required(name, 'dbname');
  const schema = sections.given(name, 'schema-name');
  if (host === undefined || database === undefined) return undefined;
  const query = schema === undefined ? '' : `?schema=${encodeURIComponent(schema)}`;
  return withUser(sections, name, user => `postgresql://${user}${host}/${encodeURIComponent(database)}${query}`);
}

function withUser(sections: Sections, section: string, url: (user: string) => string): Endpoint {
  const user = sections.given(section, 'user');
  const password = sections.given(section, 'pass');
  return {url: url(user === undefined ? '' : `${encodeURIComponent(user)}@`), ...(user !== undefined && password !== undefined && {password: new Secret(password)})};
}
