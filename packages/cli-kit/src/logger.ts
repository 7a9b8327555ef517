import {createRequire} from 'node:module';
import {Writable} from 'node:stream';
import type {Logger} from '@sluice/core';
import {localTime} from './daily-file.ts';
import {levels, openLogFiles, prepareLogFolder, type Level} from './log-files.ts';
import {printable} from './printable.ts';
import type {Talk} from './talk.ts';

export interface LoggerOptions {
  /** Shows debug messages, and the fields of all messages. */
  readonly verbose?: boolean;
  /** Shows warnings and errors only. */
  readonly quiet?: boolean;
  readonly talk: Talk;
  /** Where the log files lie; made when it is missing. Not given: there are none. */
  readonly logFolder?: string | undefined;
  /** What writes, in the lines of the files; several programs may share a folder. */
  readonly program?: string;
  readonly now?: () => Date;
}

/** A logger with files beside standard error. Disposing it waits until the last line is out. */
export interface RunLogger extends Logger, AsyncDisposable {
  /** For the files only: what standard error is told in another way, or need not be told. */
  record(level: Level, message: string, fields?: object): void;
}

/**
 * A logger (winston) that writes plain lines to standard error, and with a `logFolder` to four files
 * that change at midnight: `debug` has everything, `daily` what standard error says, too, `error`
 * warnings and worse, `breakdown` runs that failed. The files do not depend on `verbose` and `quiet`.
 *
 * Throws WRITE when the folder cannot be used.
 */
export async function createLogger({verbose = false, quiet = false, talk, logFolder, program = 'sluice', now = () => new Date()}: LoggerOptions): Promise<RunLogger> {
  if (logFolder !== undefined) prepareLogFolder(logFolder);
  // Loaded with the first logger: help does not need it.
  const {redactText} = await import('@sluice/config');
  const safe = (text: string) => printable(redactText(text));
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      talk.line(chunk);
      done();
    },
  });
  const files = logFolder === undefined ? [] : openLogFiles(logFolder, problem => talk.line(`${talk.paint('yellow', 'warning:')} ${printable(problem)}`));
  const loudest: Level = quiet ? 'warn' : verbose ? 'debug' : 'info';
  // With the first message that somebody will see: loading winston takes 50 ms of a start of 450, and most runs have nothing to say.
  const open = () => {
    const winston = createRequire(import.meta.url)('winston') as typeof import('winston');
    const plain = winston.format.printf(({level, message, fields}) => {
      const text = safe(String(message)) + (verbose && fields ? ` ${talk.paint('dim', safe(showFields(fields)))}` : '');
      switch (level) {
        case 'error': return `${talk.paint('red', 'error:')} ${text}`;
        case 'warn': return `${talk.paint('yellow', 'warning:')} ${text}`;
        case 'debug': return talk.paint('dim', text);
        default: return text;
      }
    });
    const spoken = winston.format(event => event['filesOnly'] === true ? false : event);
    const console = new winston.transports.Stream({
      stream, eol: '', level: loudest, format: winston.format.combine(spoken(), plain),
    });

    // A stream of objects is handed the event itself, and with it its time, which decides on the file.
    const written = files.map(({level, append}) => new winston.transports.Stream({
      level,
      stream: new Writable({
        objectMode: true,
        write(event: Event, _, done) {
          append(fileLine(event, program, safe), event.time);
          done();
        },
      }),
    }));
    const transports = [console, ...written];
    return {transports, inner: winston.createLogger({levels, level: 'debug', transports})};
  };
  let opened: ReturnType<typeof open> | null = null;
  const say = (level: Level, filesOnly: boolean) => (message: string, fields?: object) => {
    if (files.length === 0 && (filesOnly || levels[level] > levels[loudest])) return;
    opened ??= open();
    opened.inner.log({level, message, time: now(), ...(filesOnly && {filesOnly}), ...(fields && {fields})});
  };
  let closing: Promise<unknown> | undefined;
  return {
    debug: say('debug', false), info: say('info', false), warn: say('warn', false), error: say('error', false),
    record: (level, message, fields) => say(level, true)(message, fields),
    async [Symbol.asyncDispose]() {
      if (!closing && opened) {
        closing = Promise.all(opened.transports.map(transport => new Promise<void>(resolve => { transport.once('finish', () => resolve()); })));
        opened.inner.end();
      }
      await closing;
      for (const {close} of files) close();
    },
  };
}

interface Event {
  readonly level: string;
  readonly message: unknown;
  readonly time: Date;
  readonly fields?: object;
}

/** One event is one line; what more lines it has are indented, so that no name can look like an event of its own. */
function fileLine({level, message, time, fields}: Event, program: string, safe: (text: string) => string): string {
  const text = safe(`${String(message)}${fields ? ` ${showFields(fields)}` : ''}`).replaceAll('\n', '\n    ');
  return `${localTime(time)} ${level.toUpperCase().padEnd(9)} ${program}[${process.pid}] ${text}\n`;
}

const showFields = (fields: object) =>
  Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ');
