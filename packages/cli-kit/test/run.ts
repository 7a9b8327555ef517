import {execFileSync, spawn, type ChildProcess} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/** Children are plain JavaScript: brings the package's dist up to date. */
export function build(): void {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  execFileSync(`${root}/node_modules/.bin/tsc`, ['-b', 'packages/cli-kit'], {cwd: root, stdio: 'pipe'});
}

const app = fileURLToPath(new URL('children/app.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves once standard output or error holds the text. */
  says(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

export const clean = (env: Record<string, string> = {}) => ({PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env});

export function start(args: readonly string[], {env = {}, command = [process.execPath, app]}: {env?: Record<string, string>; command?: readonly string[]} = {}): Running {
  const child = spawn(command[0]!, [...command.slice(1), ...args], {env: clean(env), stdio: ['ignore', 'pipe', 'pipe']});
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  const heard = () => { for (const listen of listeners) listen(); };
  child.stdout!.on('data', (chunk: Buffer) => { out += chunk.toString(); heard(); });
  child.stderr!.on('data', (chunk: Buffer) => { err += chunk.toString(); heard(); });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({code, signal, out, err}));
  });
  return {
    child,
    ended,
    says: text => new Promise((resolve, reject) => {
      const look = () => {
        if (!`${out}\n${err}`.includes(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      void ended.then(({code}) => reject(new Error(`it ended with ${code} and never said ${text}`)));
      look();
    }),
  };
}

export const run = (args: readonly string[], options?: Parameters<typeof start>[1]): Promise<Ended> => start(args, options).ended;
export {app};
