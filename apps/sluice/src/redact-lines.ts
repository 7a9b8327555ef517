import {ErrorCode, PipelineError} from '@sluice/core';
import type {Redactor} from '@sluice/redact';
import type {Line} from './read-text.ts';

/** A line's own id, as it was given: what JSON holds exactly in JavaScript. */
type Id = string | number | boolean | null;

/**
 * Redacts lines `{"id","text"}`, in order, to lines `{"id","text","spans"}`: those that came together go out together. Blank lines are passed
 * over. What stands before a line that is wrong has gone out when it throws VALUE, which names the line and never what is in it.
 */
export async function* redactLines(lines: AsyncIterable<readonly Line[]>, redactor: Redactor): AsyncGenerator<string, void, undefined> {
  for await (const group of lines) {
    let piece = '';
    try {
      for (const line of group) {
        if (line.text.trim() === '') continue;
        const {id, text} = parseLine(line);
        const redacted = redactor.redact(text);
        const spans = redacted.spans.map(({start, end, class: identifier, rule}) => ({start, end, class: identifier, rule}));
        piece += `${JSON.stringify({...(id !== undefined && {id}), text: redacted.text, spans})}\n`;
      }
    } catch (error) {
      if (piece !== '') yield piece;
      throw error;
    }
    if (piece !== '') yield piece;
  }
}

function parseLine({number, text}: Line): {readonly id: Id | undefined; readonly text: string} {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(number, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(number, 'is not a JSON object');
  const {id, text: own} = value as {readonly id?: unknown; readonly text?: unknown};
  if (typeof own !== 'string') throw wrong(number, own === undefined ? 'has no "text"' : 'has a "text" that is not text');
  if (typeof id === 'object' && id !== null) throw wrong(number, 'has an "id" that is neither text nor a number');
  if (typeof id === 'number' && !Number.isSafeInteger(id)) throw wrong(number, 'has an "id" that JavaScript cannot hold exactly; write it as text');
  return {id: id as Id | undefined, text: own};
}

function wrong(number: number, what: string): PipelineError {
  return new PipelineError(ErrorCode.VALUE, `line ${number} ${what}`, {remedy: 'each line is an object with "text", and "id" if you like: {"id":"1","text":"…"}'});
}
