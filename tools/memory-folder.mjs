// Where tests and their servers write: in memory where there is enough of it, so that nothing waits for a disk that is forgotten a moment later.
import {chmodSync, mkdtempSync, rmSync, statfsSync} from 'node:fs';
import {join} from 'node:path';

const GIB = 2 ** 30;

/**
 * A folder for everybody, in memory, which disposing removes; null where there is no such place, or not room enough.
 * All that servers and tests have there at one time stays far below the room that is asked for; programs have 4 GiB besides.
 */
export function memoryFolder({base = '/dev/shm', memory = process.availableMemory(), room = 8 * GIB} = {}) {
  if (process.platform !== 'linux' || memory < room + 4 * GIB) return null;
  let path;
  try {
    const {bavail, bsize} = statfsSync(base);
    if (bavail * bsize < room) return null;
    path = mkdtempSync(join(base, 'sluice-test-'));
  } catch {
    return null;
  }
  // As /tmp: servers run as other users.
  chmodSync(path, 0o1777);
  return {path, [Symbol.dispose]: () => { rmSync(path, {recursive: true, force: true, maxRetries: 10}); }};
}
