import {createHash} from 'node:crypto';
import {mkdir, readFile, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {ErrorCode, PipelineError, type Gate} from '@sluice/core';
import {parseSchemaFile, printSchemaFile, type DocumentSchema} from '@sluice/relational';

/** The file in which a load without schema files keeps what it found, for the runs that follow it. */
export function knownSchemaFile(stateFile: string, target: string, key: string): string {
  return join(dirname(stateFile), 'schemas', `${createHash('sha256').update(`${target}\n${key}`).digest('hex').slice(0, 16)}.json`);
}

/** What the tables were made from. Null when there is no such file. Throws CONFIG when it is damaged, and when a load died while its tables went live. */
export async function readKnownSchemas(file: string): Promise<readonly DocumentSchema[] | null> {
  if (await textOf(goingLive(file)) !== null) {
    throw new PipelineError(ErrorCode.CONFIG, 'a load died while its tables went live: whether they are its own, or those from before it, is not known', {remedy: 'load again, or name the schema of the tables that are there with --schemas'});
  }
  const text = await textOf(file);
  return text === null ? null : parseSchemaFile(text, file).collections;
}

/** Keeps what tables were made from that are live. */
export async function keepSchemas(file: string, collections: readonly DocumentSchema[]): Promise<void> {
  await write(file, collections);
  await rm(goingLive(file), {force: true});
}

/** Keeps what a load found together with its tables: a run that dies between the two leaves a mark, and nobody takes the older schema for that of the newer tables. */
export function schemasGate(file: string, collections: readonly DocumentSchema[]): Gate {
  return {
    name: 'the schemas of the tables',
    async examine() {
      await write(goingLive(file), collections);
      return [];
    },
    async settled({report}) {
      if (report.published) await keepSchemas(file, collections);
      else await rm(goingLive(file), {force: true});
    },
  };
}

const goingLive = (file: string) => `${file}.going-live`;

async function write(file: string, collections: readonly DocumentSchema[]): Promise<void> {
  await mkdir(dirname(file), {recursive: true});
  await writeFileAtomically(file, printSchemaFile({form: 'new', collections}));
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new PipelineError(ErrorCode.CONFIG, `cannot read ${file}`, {remedy: 'check its permissions, or name a schema with --schemas'});
  }
}
