import {createHash, randomBytes} from 'node:crypto';
import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {ErrorCode, PipelineError, type Position, type Schema} from '@sluice/core';
import {readBytes, syncFolder} from '@sluice/csv-staging';

const CONTENT = 'tables.json';
const FORMAT = 'sluice.staged-tables/1';

/** Where the tables come from: whoever loads them keeps them in step by it. */
export interface StageOrigin {
  /** Where the log of changes stood before the first document was read; null without one. */
  readonly position: Position | null;
  /** Under which the destination keeps that place. */
  readonly positionKey: string;
  /** Which tables runs of theirs are for; see `runLabel`. */
  readonly label: string;
  /** Whether a policy decided what got into the files. */
  readonly masked: boolean;
  /** The schema that the tables were made from, as the text of a schema file. */
  readonly schema: string;
}

/** What a folder of staged tables holds; the rows are in a folder of each table's name, in files 00000, 00001, …. */
export interface StagedTables extends StageOrigin {
  readonly tables: readonly Schema[];
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Files by table, in their order. */
  readonly files: Readonly<Record<string, readonly StagedFileFacts[]>>;
}

/** A file as it was written: one that was cut off or left behind on a journey is told by it. */
export interface StagedFileFacts {
  readonly name: string;
  readonly sha256: string;
}

/** Where the files of a table are. Names that a file system could take for something else are refused by `checkNames`. */
export const tableFolder = (folder: string, table: string): string => join(folder, table);

/** Throws SCHEMA for a table whose name is no name of a folder. */
export function checkNames(tables: readonly Schema[]): void {
  for (const {table} of tables) {
    if (table === CONTENT || table.startsWith('.') || /[/\\\0]/.test(table) || Buffer.byteLength(table) > 200) {
      throw new PipelineError(ErrorCode.SCHEMA, 'the name of the table is no name of a folder', {table, remedy: 'load it without files, or leave it out with --collections'});
    }
  }
}

/** Makes a folder to write in, beside what is staged; what crashed runs left is removed. Throws WRITE. */
export async function beginStage(folder: string): Promise<string> {
  return await writing(folder, async () => {
    await mkdir(folder, {recursive: true});
    for (const name of await readdir(folder)) if (name.startsWith('.stage-')) await rm(join(folder, name), {recursive: true, force: true});
    const own = join(folder, `.stage-${randomBytes(6).toString('hex')}`);
    await mkdir(own);
    return own;
  });
}

/** Puts written tables in the place of those of their names; the list of what is there comes last. Throws WRITE. */
export async function publishStage(folder: string, own: string, content: StagedTables): Promise<void> {
  await writing(folder, async () => {
    await rm(join(folder, CONTENT), {force: true});
    for (const {table} of content.tables) {
      await rm(tableFolder(folder, table), {recursive: true, force: true});
      await rename(join(own, table), tableFolder(folder, table));
    }
    await syncFolder(folder);
    await rm(own, {recursive: true, force: true});
  });
  await writeFileAtomically(join(folder, CONTENT), `${JSON.stringify({format: FORMAT, ...content}, null, 2)}\n`);
}

/** Reads what a folder holds. Throws CONFIG when it is none of a finished run. */
export async function readStage(folder: string): Promise<StagedTables> {
  let text: string;
  try {
    text = await readFile(join(folder, CONTENT), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.CONFIG, code === 'ENOENT' ? `${folder} holds no tables of a finished run: ${CONTENT} is missing` : `cannot read ${folder}/${CONTENT} (${code})`, {
      remedy: 'make them: mongo-to-psql read',
    });
  }
  try {
    // Written by publishStage; another format is told apart by its first key.
    const content = JSON.parse(text) as StagedTables & {readonly format: string};
    if (content.format === FORMAT) return content;
  } catch { /* told below */ }
  throw new PipelineError(ErrorCode.CONFIG, `${folder}/${CONTENT} is damaged, or of another version`, {remedy: 'make the files again: mongo-to-psql read'});
}

/** The files of a table in their order. Throws CONFIG unless they are all there, no other is, and each is as it was written. */
export async function stagedFilesOf(folder: string, table: string, {files}: Pick<StagedTables, 'files'>, signal: AbortSignal): Promise<readonly string[]> {
  const path = tableFolder(folder, table);
  const wrong = (what: string) => new PipelineError(ErrorCode.CONFIG, `${path}: ${what}`, {table, remedy: 'bring the folder over again, or make the files again: mongo-to-psql read'});
  let there: readonly string[];
  try {
    there = (await readdir(path)).filter(name => /^\d{5,}$/.test(name));
  } catch {
    throw wrong('the folder is gone');
  }
  const facts = files[table] ?? [];
  for (const name of there) if (!facts.some(file => file.name === name)) throw wrong(`file ${name} is not one of those that were written`);
  for (const {name, sha256} of facts) {
    if (!there.includes(name)) throw wrong(`file ${name} is missing`);
    if (await digestOf(join(path, name), signal) !== sha256) throw wrong(`file ${name} is not as it was written`);
  }
  return facts.map(({name}) => join(path, name));
}

/** What a file holds. Throws as `readBytes` does. */
export async function digestOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readBytes(path, signal)) hash.update(chunk);
  return hash.digest('hex');
}

async function writing<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.WRITE, `the folder ${folder} cannot be written (${code})`, {remedy: 'choose another one with --csv-path', cause: error});
  }
}
