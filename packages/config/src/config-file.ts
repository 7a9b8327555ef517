import {readFile} from 'node:fs/promises';
import {extname} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import {configError} from './decode.ts';
import {parseText} from './parse-text.ts';

/** A configuration file as data, and where in it everything stands. */
export interface ConfigFile {
  readonly path: string;
  /** As it was read, for digests; never to be shown: it may hold passwords. */
  readonly text: string;
  /** Plain data; null when the file is empty. */
  readonly value: unknown;
  /**
   * `study.yaml:12:3 tables.users`: the line and column, 1-based, where the value at a path of keys
   * stands, or its key; the nearest thing around it that exists when it does not. For problems.
   */
  place(path: readonly (string | number)[], of?: 'value' | 'key'): string;
  /** Whether nothing is written behind the key at a path: YAML takes that for null, as the word `null`. */
  isBlank(path: readonly (string | number)[]): boolean;
}

/**
 * Reads a YAML 1.2 or JSON file, told apart by extension (`.yaml`, `.yml`, `.json`). JSON may have
 * comments (`#`) and trailing commas.
 *
 * Throws CONFIG when it cannot be read, and with every problem of its syntax at once, each with
 * line and column: duplicate keys, unknown tags, integers beyond 2^53 - 1. The file's text is never
 * quoted.
 */
export async function readConfigFile(path: string, signal?: AbortSignal): Promise<ConfigFile> {
  const extension = extname(path).toLowerCase();
  if (!['.yaml', '.yml', '.json'].includes(extension)) {
    throw new PipelineError(ErrorCode.CONFIG, `${path} must end in .yaml, .yml or .json`);
  }
  return parseConfig(await readText(path, signal), path, extension === '.json' ? 'json' : 'yaml');
}

/** The same for text that is at hand already; `path` is what problems call it. */
export function parseConfig(text: string, path: string, format: 'yaml' | 'json' = 'yaml'): ConfigFile {
  const {value, problems, position, isBlank} = parseText(text, format);
  if (problems.length > 0) {
    throw configError(problems.map(({line, column, message}) => ({path: `${path}:${line}:${column}`, message})), path);
  }
  return {
    path,
    text,
    value,
    isBlank,
    place(keys, of = 'value') {
      const {line, column} = position(keys, of);
      return `${path}:${line}:${column}${keys.length > 0 ? ` ${dotted(keys)}` : ''}`;
    },
  };
}

/** `tables.users[2]."odd key"` */
export const dotted = (keys: readonly (string | number)[]): string => keys
  .map((key, i) => typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${/^[^\s.[\]"]+$/.test(key) ? key : JSON.stringify(key)}`)
  .join('');

async function readText(path: string, signal: AbortSignal | undefined): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, {...(signal && {signal})});
  } catch (error) {
    signal?.throwIfAborted();
    throw new PipelineError(ErrorCode.CONFIG, `cannot read ${path}: ${reason(error)}`);
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    throw new PipelineError(ErrorCode.CONFIG, `${path} is not UTF-8 text`, {remedy: 'save it as UTF-8'});
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file', EACCES: 'permission denied', EPERM: 'permission denied', EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
};

/** Says why a file could not be used, by its error code. */
export function reason(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
  return reasons[code] ?? code;
}
