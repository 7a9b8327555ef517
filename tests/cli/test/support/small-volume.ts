import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {tmpdir} from 'node:os';

/** A folder on a file system of its own, with little room; disposing takes it away, whoever still uses it. */
export interface SmallVolume extends Disposable {
  readonly path: string;
}

/** Makes one for the account that runs process `pid`; null where this user may mount none. */
export function smallVolume(megabytes: number, pid: number): SmallVolume | null {
  const path = mkdtempSync(join(tmpdir(), 'sluice-small-'));
  const {uid, gid} = statSync(`/proc/${pid}`);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700,uid=${uid},gid=${gid}`, 'none', path], {stdio: 'pipe'});
  } catch {
    rmdirSync(path);
    return null;
  }
  return {
    path,
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', path]);
      rmdirSync(path);
    },
  };
}
