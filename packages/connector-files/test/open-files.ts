import {readdirSync, readFileSync, readlinkSync} from 'node:fs';

/** What the operating system tells of this process's open files below a folder; only Linux shows it. */
export const openFilesAreShown = process.platform === 'linux';

export function countOpenFiles(folder: string): number {
  return openIn(folder).length;
}

/** How far the open files have been read, in bytes, all together. */
export function bytesRead(folder: string): number {
  return openIn(folder).reduce((sum, fd) => sum + Number(/^pos:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]), 0);
}

function openIn(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false; // the one that lists them
    }
  });
}
