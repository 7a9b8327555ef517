import {createReadStream} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {basename, dirname, join, resolve} from 'node:path';
import type {Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {assert, ErrorCode, PipelineError, type Problem, type SourceIdentity, type SystemFacts} from '@sluice/core';
import type {CollectionFacts, CollectionSize, DocumentRequest, Documents} from '../documents.ts';
import {documentsInBson, documentsInText} from './split-documents.ts';

/** One group: so many documents, or so many bytes of them. */
const GROUP = 1000;
const GROUP_BYTES = 4 << 20;

const NAME = /^(.+)\.(bson|json|jsonl|ndjson)(\.gz)?$/;
/** What mongodump writes beside the documents. */
const BESIDE = /^prelude\.json|\.metadata\.json(?:\.gz)?$/;

/**
 * The documents in a file, or in all files of a folder, each a collection of the file's name: `.bson` as mongodump writes them, `.json`, `.jsonl` and `.ndjson`
 * as mongoexport does, `.gz` behind it or not. They come in the order of the file, which is none of `_id`: reading them cannot be taken up in the middle.
 */
export class FileDocuments implements Documents {
  readonly label: string;
  readonly warnings: readonly string[] = [];
  readonly #path: string;

  constructor(path: string) {
    this.#path = resolve(path);
    this.label = this.#path;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    try {
      const files = await this.#files();
      return files.size > 0 ? [] : [{message: `${this.#path} has no file of documents: they end in .bson, .json, .jsonl or .ndjson, with .gz or without`}];
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      return [{message: error.message}];
    }
  }

  async about(): Promise<SystemFacts> {
    return {system: 'files of documents', encryption: 'none: nothing travels', place: this.#path};
  }

  async identity(): Promise<SourceIdentity> {
    return {id: `documents ${this.#path}`, traits: {}};
  }

  async collections(signal: AbortSignal): Promise<readonly CollectionFacts[]> {
    signal.throwIfAborted();
    return [...(await this.#files()).keys()].sort().map(name => ({name, kind: 'file', capped: false}));
  }

  async size(collection: string, signal: AbortSignal): Promise<CollectionSize> {
    signal.throwIfAborted();
    const {size} = await stat(await this.#fileOf(collection));
    return {documents: null, bytes: size};
  }

  async *read({collection, after, until, limit = Infinity}: DocumentRequest, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    assert(after === null && until === null, 'files are read from the beginning to the end');
    const file = await this.#fileOf(collection);
    let group: Uint8Array[] = [];
    let bytes = 0;
    let count = 0;
    try {
      for await (const document of documentsIn(file, signal)) {
        if (count === limit) break;
        group.push(document);
        bytes += document.length;
        count++;
        if (group.length < GROUP && bytes < GROUP_BYTES) continue;
        yield group;
        signal.throwIfAborted();
        group = [];
        bytes = 0;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw placed(error, file, count + 1);
    }
    if (group.length > 0) yield group;
  }

  /** The first ones: a file has no others without being read. */
  sample(collection: string, count: number, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    return this.read({collection, after: null, until: null, limit: count}, signal);
  }

  async cut(): Promise<readonly Uint8Array[]> {
    return [];
  }

  fork(): Documents {
    return new FileDocuments(this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Each read closes its own file.
  }

  async #fileOf(collection: string): Promise<string> {
    const file = (await this.#files()).get(collection);
    if (file === undefined) throw new PipelineError(ErrorCode.SCHEMA, `there is no file of a collection ${collection} in ${this.#path}`, {table: collection});
    return file;
  }

  /** By collection. Throws CONFIG when two files are of one. */
  async #files(): Promise<ReadonlyMap<string, string>> {
    const files = new Map<string, string>();
    for (const path of await this.#paths()) {
      const [, name] = NAME.exec(basename(path)) ?? [];
      if (name === undefined || BESIDE.test(basename(path))) continue;
      const other = files.get(name);
      if (other !== undefined) throw new PipelineError(ErrorCode.CONFIG, `${basename(other)} and ${basename(path)} in ${dirname(path)} are of one collection`, {remedy: 'take one of them away'});
      files.set(name, path);
    }
    return files;
  }

  async #paths(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#path)).toSorted().map(name => join(this.#path, name));
    } catch (error) {
      const {code} = error as {code?: unknown};
      if (code === 'ENOTDIR') return [this.#path];
      throw new PipelineError(ErrorCode.CONFIG, `${this.#path} cannot be read${typeof code === 'string' ? `: ${code}` : ''}`, {remedy: 'name a file of documents, or a folder of them'});
    }
  }
}

async function* documentsIn(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(file, {signal});
  const gunzip = createGunzip();
  const opened = file.endsWith('.gz') ? stream.on('error', error => gunzip.destroy(error)).pipe(gunzip) : stream;
  try {
    yield* file.replace(/\.gz$/, '').endsWith('.bson') ? documentsInBson(opened) : documentsInText(textOf(opened));
  } finally {
    stream.destroy();
    gunzip.destroy();
  }
}

async function* textOf(bytes: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', {fatal: true});
  for await (const chunk of bytes) yield decoder.decode(chunk as Uint8Array, {stream: true});
  yield decoder.decode();
}

/** The same error with the file and the place of the document. */
function placed(error: unknown, file: string, document: number): unknown {
  const {code} = error as {code?: unknown};
  const what = error instanceof PipelineError ? error.message
    : code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'this is no UTF-8' : typeof code === 'string' ? `the file cannot be read: ${code}` : null;
  if (what === null) return error;
  return new PipelineError(error instanceof PipelineError ? error.code : ErrorCode.VALUE, `document ${document} of ${file}: ${what}`, {
    table: basename(file).replace(NAME, '$1'), ...(error instanceof PipelineError && error.remedy !== undefined && {remedy: error.remedy}),
  });
}
