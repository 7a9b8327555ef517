import {Writable} from 'node:stream';
import type {Logger} from '@sluice/core';
import {printable} from './printable.ts';
import type {Talk} from './talk.ts';

export interface LoggerOptions {
  /** Shows debug messages, and the fields of all messages. */
  readonly verbose?: boolean;
  /** Shows warnings and errors only. */
  readonly quiet?: boolean;
  readonly talk: Talk;
}

/**
 * A logger (winston) that writes plain lines to standard error. Disposing it waits until the last
 * line is out. More transports, files and chat among them, can join it later.
 */
export async function createLogger({verbose = false, quiet = false, talk}: LoggerOptions): Promise<Logger & AsyncDisposable> {
  const {default: winston} = await import('winston');
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      talk.line(chunk);
      done();
    },
  });
  const plain = winston.format.printf(({level, message, fields}) => {
    const text = printable(String(message)) + (verbose && fields ? ` ${talk.paint('dim', showFields(fields))}` : '');
    switch (level) {
      case 'error': return `${talk.paint('red', 'error:')} ${text}`;
      case 'warn': return `${talk.paint('yellow', 'warning:')} ${text}`;
      case 'debug': return talk.paint('dim', text);
      default: return text;
    }
  });
  const transport = new winston.transports.Stream({stream, eol: ''});
  const inner = winston.createLogger({level: quiet ? 'warn' : verbose ? 'debug' : 'info', format: plain, transports: [transport]});
  const say = (level: string) => (message: string, fields?: object) => {
    inner.log({level, message, ...(fields && {fields})});
  };
  let closing: Promise<void> | undefined;
  return {
    debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error'),
    [Symbol.asyncDispose]() {
      return closing ??= new Promise(resolve => {
        transport.once('finish', () => resolve());
        inner.end();
      });
    },
  };
}

function showFields(fields: object): string {
  return printable(Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' '));
}
