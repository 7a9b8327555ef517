import {existsSync, realpathSync} from 'node:fs';
import {basename, dirname, join, resolve, sep} from 'node:path';
import {type Endpoint, ErrorCode, PipelineError} from '@sluice/core';

export type Format = 'csv' | 'jsonl';

/** Where the tables of a URL lie. */
export interface Location {
  readonly format: Format;
  /** Absolute path of the folder that holds the files. */
  readonly folder: string;
  /** Name of the only file; null when every file of the format is a table. */
  readonly file: string | null;
  /** Whether new files are compressed. For a source of a folder: true reads only compressed files, null all. */
  readonly gzip: boolean | null;
  /** The URL as the user wrote it. */
  readonly label: string;
}

/**
 * Understands `csv:folder/`, `csv:file.csv`, `csv:file.csv.gz`, `csv:folder/*.csv.gz` and the same with
 * `jsonl:`; relative, `/absolute` or `///absolute`. Behind the scheme stands the path to the letter:
 * nothing is percent-decoded. Opens nothing. Throws CONFIG.
 */
export function locationOf({url}: Endpoint): Location {
  const match = /^(csv|jsonl):(.*)$/is.exec(url);
  if (!match) throw wrong('csv', 'a file URL begins with csv: or jsonl:');
  const format = match[1]!.toLowerCase() as Format;
  let path = match[2]!;
  if (path.startsWith('//')) {
    if (!path.startsWith('///')) throw wrong(format, 'a file URL has no host');
    path = path.slice(2);
  }
  if (path === '') throw wrong(format, 'the URL names no folder and no file');
  if (path.includes('\0')) throw wrong(format, 'a path holds no NUL');
  if (path.endsWith('/') || /(^|\/)\.{1,2}$/.test(path)) return {format, folder: resolve(path), file: null, gzip: null, label: url};

  const name = basename(path);
  const kind = fileKind(name);
  if (kind === null) return {format, folder: resolve(path), file: null, gzip: null, label: url};
  if (kind.format !== format) throw wrong(format, `${format}: does not read or write .${kind.format} files`, `write ${kind.format}:… for such a file`);
  const folder = resolve(dirname(path));
  return name.startsWith('*.')
    ? {format, folder, file: null, gzip: kind.gzip, label: url}
    : {format, folder, file: name, gzip: kind.gzip, label: url};
}

export interface FileKind {
  readonly format: Format;
  readonly gzip: boolean;
  /** The name without its extensions. */
  readonly stem: string;
}

/** What a file is by its name; null when it is none of ours. */
export function fileKind(name: string): FileKind | null {
  const match = /^(.+)\.(csv|jsonl)(\.gz)?$/is.exec(name);
  return match && {format: match[2]!.toLowerCase() as Format, gzip: match[3] !== undefined, stem: match[1]!};
}

export function extensionOf({format, gzip}: Location): string {
  return `.${format}${gzip ? '.gz' : ''}`;
}

export const pathIn = (location: Location, name: string): string => join(location.folder, name);

/** What the location is whatever links lead to it: `csv:/folder/` for all files of the format, else `csv:/folder/file.csv`. */
export function realLocation({format, folder, file}: Location): string {
  const path = file === null ? folder : join(folder, file);
  const real = existsSync(path) ? realpathSync(path) : file !== null && existsSync(folder) ? join(realpathSync(folder), file) : path;
  return `${format}:${real}${file === null ? sep : ''}`;
}

function wrong(format: string, message: string, remedy = `write ${format}:folder/ or ${format}:file.${format} or ${format}:file.${format}.gz`): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, message, {remedy});
}
