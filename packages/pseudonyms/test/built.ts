import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/** Child processes run plain JavaScript: brings the package's dist up to date. */
export function build(): void {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  execFileSync(`${root}/node_modules/.bin/tsc`, ['-b', 'packages/pseudonyms'], {cwd: root, stdio: 'pipe'});
}

export const child = (name: string): string => fileURLToPath(new URL(`children/${name}`, import.meta.url));
