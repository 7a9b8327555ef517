import {cpus, totalmem} from 'node:os';
import {execFileSync} from 'node:child_process';

/** What the figures were taken on, without the machine's name. */
export function machine() {
  return {cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryGb: Math.round(totalmem() / 2 ** 30), node: process.version, platform: `${process.platform} ${process.arch}`};
}

/** The first of the commands that can be run. Throws one sentence when none can. */
export function tool(names, remedy) {
  for (const name of names) {
    try {
      execFileSync(name, ['--version'], {stdio: 'ignore'});
      return name;
    } catch {
      // Not there: the next name.
    }
  }
  throw new Error(`this benchmark needs ${names.join(' or ')}: ${remedy}`);
}
