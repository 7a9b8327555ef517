import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, option, z} from '@sluice/config';
import {createRedactor} from '@sluice/redact';
import {redactLines} from './redact-lines.ts';
import {readText, textLines} from './read-text.ts';

export const redactConfig = defineConfig('redact', 'Takes names, dates, places and numbers that identify people out of text.', {
  file: option(z.string().min(1).default('-'), {describe: 'The text; - is standard input. A name that ends in .gz is unzipped.', env: false, value: 'FILE'}),
  profile: option(z.enum(['safe-harbor', 'limited-data-set', 'expert']).default('safe-harbor'), {describe: 'Which identifiers go: of 45 CFR 164.514(b)(2), or of (e), which leaves dates, ages, towns and ZIP codes.'}),
  strict: option(z.boolean().default(false), {describe: 'Also take out every word that is not known to be harmless.'}),
  jsonl: option(z.boolean().default(false), {describe: 'Lines {"id","text"} in, lines {"id","text","spans"} out, in order, as they come.', env: false}),
  asOf: option(z.iso.date().optional(), {describe: 'The day of the release, for birth years of people over 89; default: today.', value: 'DATE'}),
});

/** Pieces of a long text go out one after the other. */
const PIECE = 1 << 20;

export const redact = defineCommand({
  config: redactConfig,
  positionals: ['file'],
  examples: [
    {command: 'sluice redact note.txt', does: 'The text without what identifies people.'},
    {command: 'pbpaste | sluice redact --strict', does: 'Nothing stays that is not known to be harmless.'},
    {command: 'sluice redact notes.jsonl --jsonl > redacted.jsonl', does: 'One text per line, with what was found and where.'},
  ],
  async run({config: {file, profile, strict, jsonl, asOf}, signal, out, json}) {
    const redactor = createRedactor({profile, strict, asOf: asOf ?? new Date().toISOString().slice(0, 10)});
    if (jsonl) {
      for await (const piece of redactLines(textLines(file, signal), redactor)) {
        if (!await out.stream(piece, signal)) break;
      }
      return undefined;
    }
    const {text, spans} = redactor.redact(await readText(file, signal));
    if (json) return {document: {format: 'sluice.redaction/1', profile, strict, redactor: redactor.version, text, spans: spans.map(told)}};
    for (let at = 0; at < text.length; at += PIECE) {
      if (!await out.stream(text.slice(at, at + PIECE), signal)) break;
    }
    return undefined;
  },
});

const told = ({start, end, class: identifier, rule}: {readonly start: number; readonly end: number; readonly class: string; readonly rule: string}) => ({start, end, class: identifier, rule});
