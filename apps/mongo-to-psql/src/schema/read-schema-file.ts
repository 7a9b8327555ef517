import {readFile} from 'node:fs/promises';
import {ErrorCode, PipelineError} from '@sluice/core';
import {parseSchemaFile, type SchemaFile} from '@sluice/relational';

/** A schema file of today's form or of the superseded system's. Throws CONFIG when it cannot be read, and with every problem in it. */
export async function readSchemaFile(path: string, signal: AbortSignal): Promise<SchemaFile> {
  return parseSchemaFile(await readText(path, signal), path);
}

/** The text of a file that an option names. Throws CONFIG. */
export async function readText(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(path, {encoding: 'utf8', signal});
  } catch (error) {
    signal.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.CONFIG, `cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`);
  }
}
