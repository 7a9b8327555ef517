import {resolve} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';

/**
 * The absolute path of `sqlite:relative.db`, `sqlite:/absolute.db` or `sqlite:///absolute.db`.
 * Everything behind the scheme is the path to the letter: nothing is percent-decoded, `?` and `#`
 * are part of the name. Throws CONFIG.
 */
export function pathOf(url: string): string {
  const match = /^sqlite:(.*)$/is.exec(url);
  if (!match) throw wrong('a SQLite URL begins with sqlite:');
  let path = match[1]!;
  if (path.startsWith('//')) {
    if (!path.startsWith('///')) throw wrong('a SQLite URL has no host');
    path = path.slice(2);
  }
  if (path === '' || path === '/') throw wrong('a SQLite URL names a file');
  if (path === ':memory:') throw wrong('a database in memory cannot be reached from outside the program that holds it');
  if (path.includes('\0')) throw wrong('a file name holds no NUL');
  // The driver trims file names: it would open another file.
  if (path !== path.trim()) throw wrong('the file name begins or ends with white space');
  return resolve(path);
}

function wrong(message: string): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, message, {remedy: 'write sqlite:relative.db or sqlite:/absolute.db'});
}
