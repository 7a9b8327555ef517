import {ErrorCode, PipelineError} from '@sluice/core';
import {Utf8Guard} from '@sluice/csv-staging';

export interface Line {
  readonly text: string;
  /** Ordinal of the line among those that are not blank, 0-based. */
  readonly row: number;
}

/**
 * Lines of a file in UTF-8, ended by LF or CRLF, the last one perhaps by nothing; a byte order mark
 * and blank lines are passed over. Yields the lines of one chunk at a time; holds that chunk and one
 * unfinished line. Throws VALUE with the row for bytes that are not UTF-8.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<readonly Line[], void, undefined> {
  const guard = new Utf8Guard();
  let rest = '';
  let row = 0;
  let first = true;
  const take = (text: string, last: boolean): Line[] => {
    const parts = text.split('\n');
    const lines: Line[] = [];
    if (parts.length > 1 || last) {
      parts[0] = rest + parts[0]!;
      rest = last ? '' : parts.pop()!;
    } else {
      rest += parts.pop()!;
    }
    for (const part of parts) if (!/^[ \t\r]*$/.test(part)) lines.push({text: part, row: row++});
    return lines;
  };
  const notUtf8 = (message: string) => new PipelineError(ErrorCode.VALUE, `data row ${row + 1}: ${message}`, {row, remedy: 'save the file as UTF-8'});
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    let text = Buffer.from(guard.pass(chunk)).toString('utf8');
    if (first && text !== '') {
      first = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    const lines = take(text, false);
    if (guard.broken) throw notUtf8('holds bytes that are not UTF-8');
    if (lines.length > 0) yield lines;
  }
  guard.end();
  if (guard.broken) throw notUtf8('the file ends in the middle of a UTF-8 character');
  const lines = take('', true);
  if (lines.length > 0) yield lines;
}
