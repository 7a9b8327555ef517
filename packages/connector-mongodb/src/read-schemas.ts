import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {ErrorCode, PipelineError, type Problem} from '@sluice/core';
import {parseSchemaFile, type DocumentSchema} from '@sluice/relational';
import {configError} from './errors.ts';

/**
 * The schemas in a file, or in all files of a folder that end in `.json` or `.js`, of today's form or the old one. Throws CONFIG with every problem.
 */
export async function readSchemas(path: string, signal: AbortSignal): Promise<readonly DocumentSchema[]> {
  signal.throwIfAborted();
  const files = await filesOf(path);
  const problems: Problem[] = [];
  const schemas: DocumentSchema[] = [];
  for (const file of files) {
    try {
      schemas.push(...parseSchemaFile(await readFile(file, {encoding: 'utf8', signal}), file).collections);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PipelineError)) throw unreadable(file, error);
      problems.push(...error.problems.length > 0 ? error.problems : [{path: file, message: error.message}]);
    }
  }
  if (problems.length > 0) throw configError(problems);
  return schemas;
}

async function filesOf(path: string): Promise<readonly string[]> {
  try {
    const names = await readdir(path);
    const files = names.filter(name => /\.js(?:on)?$/.test(name)).toSorted().map(name => join(path, name));
    if (files.length === 0) throw new PipelineError(ErrorCode.CONFIG, `the folder ${path} has no schema file`, {remedy: 'they end in .json or .js; mongo-to-psql schema writes one'});
    return files;
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    if ((error as {code?: unknown}).code === 'ENOTDIR') return [path];
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) => new PipelineError(ErrorCode.CONFIG, `the schema files in ${path} cannot be read${code(error)}`, {remedy: 'name a schema file, or a folder of them, in schemas'});

function code(error: unknown): string {
  const {code: text} = error as {code?: unknown};
  return typeof text === 'string' ? `: ${text}` : '';
}
