import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {within} from '@sluice/testkit';

const apps = join(import.meta.dirname, '../../../../apps');
const programs = {
  sluice: join(apps, 'sluice/bin/sluice.js'),
  'mysql-to-sqlite': join(apps, 'mysql-to-sqlite/bin/mysql-to-sqlite.js'),
  'mongo-to-psql': join(apps, 'mongo-to-psql/bin/mongo-to-psql.js'),
  'socrata-gather': join(apps, 'socrata-gather/bin/socrata-gather.js'),
} as const;
export type ProgramName = keyof typeof programs;

export interface ProgramOptions {
  /** The working directory: `.sluice` is made there. */
  readonly cwd: string;
  /** Variables besides PATH, HOME and the locale; nothing else of this process is handed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its first arguments that starts ours: a shell with limits, another user. */
  readonly launcher?: readonly string[];
  /** Called with each piece of standard error as it comes. */
  readonly onTalk?: (text: string) => void;
}

/** What a program left behind when it ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** What it has said on standard error so far. */
  readonly talk: () => string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Nothing here takes a minute; the machine may be busy. */
const HANGS_AFTER_MS = 120_000;

/** Starts a program as a shell would, from its built form. */
export function start(name: ProgramName, words: readonly string[], {cwd, env = {}, launcher = [], onTalk}: ProgramOptions): Running {
  const [command, ...rest] = [...launcher, process.execPath, programs[name], ...words];
  const child = spawn(command!, rest, {
    cwd, stdio: ['ignore', 'pipe', 'pipe'],
    env: {PATH: process.env['PATH'] ?? '', HOME: cwd, LANG: 'C.UTF-8', ...env},
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const talk = () => Buffer.concat(err).toString();
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk);
    onTalk?.(chunk.toString());
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({code, signal, stdout: Buffer.concat(out).toString(), stderr: talk()}));
  });
  return {
    pid: child.pid ?? 0,
    talk,
    kill: signal => void child.kill(signal),
    ended: within(HANGS_AFTER_MS, `${name} ${words[0] ?? ''}`, ended).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw new Error(`${(error as Error).message}\n${talk()}`);
    }),
  };
}

export const sluice = (words: readonly string[], options: ProgramOptions): Promise<Ended> => start('sluice', words, options).ended;
export const mysqlToSqlite = (words: readonly string[], options: ProgramOptions): Promise<Ended> => start('mysql-to-sqlite', words, options).ended;
export const mongoToPsql = (words: readonly string[], options: ProgramOptions): Promise<Ended> => start('mongo-to-psql', words, options).ended;
export const socrataGather = (words: readonly string[], options: ProgramOptions): Promise<Ended> => start('socrata-gather', words, options).ended;
