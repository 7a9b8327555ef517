import {createHash} from 'node:crypto';
import {mkdir, readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {ErrorCode, PipelineError} from '@sluice/core';
import {parseSchemaFile, printSchemaFile, type DocumentSchema} from '@sluice/relational';

/** The file in which a load without schema files keeps what it found, for the runs that follow it. */
export function knownSchemaFile(stateFile: string, target: string, key: string): string {
  return join(dirname(stateFile), 'schemas', `${createHash('sha256').update(`${target}\n${key}`).digest('hex').slice(0, 16)}.json`);
}

/** What the tables were made from. Null when there is no such file. Throws CONFIG when it is damaged. */
export async function readKnownSchemas(file: string): Promise<readonly DocumentSchema[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new PipelineError(ErrorCode.CONFIG, `cannot read ${file}`, {remedy: 'check its permissions, or name a schema with --schemas'});
  }
  return parseSchemaFile(text, file).collections;
}

export async function keepSchemas(file: string, collections: readonly DocumentSchema[]): Promise<void> {
  await mkdir(dirname(file), {recursive: true});
  await writeFileAtomically(file, printSchemaFile({form: 'new', collections}));
}
