import {ErrorCode, PipelineError} from '@sluice/core';
import {readBytes, Utf8Guard} from '@sluice/csv-staging';

/** A line of a text and its number, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** Longest line that is taken in: a line is held in memory as a whole. */
const LONGEST_LINE = 256 << 20;

/** The whole of a text, `-` for standard input, without a byte order mark. Throws CONNECT, AUTH or VALUE. */
export async function readText(file: string, signal: AbortSignal): Promise<string> {
  const parts: string[] = [];
  for await (const part of textOf(file, signal)) parts.push(part);
  return parts.join('');
}

/** The lines of a text, without their ends (LF or CRLF), together as they come. Throws as `readText`. */
export async function* textLines(file: string, signal: AbortSignal): AsyncGenerator<readonly Line[], void, undefined> {
  let number = 1;
  let rest: string[] = [];
  let waiting = 0;
  const line = (text: string): Line => ({number: number++, text: text.endsWith('\r') ? text.slice(0, -1) : text});
  for await (const part of textOf(file, signal)) {
    const pieces = part.split('\n');
    const last = pieces.pop()!;
    const [first, ...others] = pieces;
    if (first !== undefined) {
      const group = [line([...rest, first].join('')), ...others.map(line)];
      rest = [];
      waiting = 0;
      yield group;
    }
    rest.push(last);
    waiting += last.length;
    if (waiting > LONGEST_LINE) throw new PipelineError(ErrorCode.VALUE, `line ${number} of ${called(file)} is longer than ${LONGEST_LINE >> 20} MB`);
  }
  if (waiting > 0) yield [line(rest.join(''))];
}

async function* textOf(file: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const guard = new Utf8Guard();
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of bytesOf(file, signal)) {
    const whole = guard.pass(chunk);
    bytes += whole.length;
    if (guard.broken) throw notUtf8(file, bytes);
    if (whole.length > 0) yield decoder.decode(whole, {stream: true});
  }
  guard.end();
  if (guard.broken) throw notUtf8(file, bytes);
}

async function* bytesOf(file: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  if (file !== '-') {
    try {
      yield* readBytes(file, signal);
    } catch (error) {
      if (error instanceof PipelineError) throw new PipelineError(error.code, `${called(file)}: ${error.message}`, {...(error.remedy !== undefined && {remedy: error.remedy})});
      throw error;
    }
    return;
  }
  const stop = () => process.stdin.destroy();
  signal.addEventListener('abort', stop, {once: true});
  try {
    for await (const chunk of process.stdin) yield chunk as Uint8Array;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
}

const called = (file: string) => (file === '-' ? 'standard input' : file);

function notUtf8(file: string, bytes: number): PipelineError {
  return new PipelineError(ErrorCode.VALUE, `${called(file)} is not UTF-8: byte ${bytes + 1} begins no character`, {remedy: 'convert it to UTF-8 first, for instance with iconv'});
}
