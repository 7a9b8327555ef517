import type {ColumnType, Row} from '@sluice/core';
import type {Redaction, Redactor} from '@sluice/redact';
import {labelOf} from '@sluice/redact/labels';
import {versionOf} from '@sluice/redact/version';
import {z} from 'zod';
import {learnedSubjects, type KnownSubjects} from './known-subjects.ts';
import {learnedEngine} from './redact-engine.ts';
import {computedColumn, counter, type Method} from './method.ts';
import {subjectOf} from './subject.ts';
import {roomOf} from '../room.ts';

const redactParameters = z.strictObject({
  strict: z.boolean().default(false).describe('Takes out whatever is not proved to be harmless.'),
  allow: z.array(z.string().min(1)).default([]).describe('Words that stay although they look like something: the name of a study.'),
});

/**
 * 45 CFR 164.514(b)(2) makes no difference between a column and a text: what identifies goes wherever it stands. First what is
 * known of the subject from its own rows, then what looks like an identifier.
 */
export const redactText: Method<z.output<typeof redactParameters>> = {
  name: 'redactText', summary: 'in free text everything that identifies becomes a word for what it was, as [NAME]', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: new Set<ColumnType>(['text', 'any']), parameters: redactParameters,
  plan(column, {strict, allow}, {asOf, subject, profile}) {
    const asked = {strict, allow, profile: profile === 'limited-data-set' ? profile : 'safe-harbor', ...(asOf !== null && {asOf})} as const;
    const promised = roomOf(column);
    const room = promised ?? Infinity;
    return {
      kind: 'change', column: computedColumn(column, column.type, promised === undefined ? {} : {maxLength: promised}),
      usesKnown: true, version: versionOf(asked), ...(subject !== null && {with: subject}),
      start(tools) {
        const {count, notes} = counter();
        let redactor: Redactor | undefined;
        let subjects: KnownSubjects | null | undefined = subject === null ? null : undefined;
        const knownOf = (key: Row) => {
          subjects ??= learnedSubjects(tools.learned);
          if (subjects === undefined) throw new Error(`redactText of ${column.name} was not prepared before the run`);
          const person = subjectOf(key);
          if (person === null) count('is of a row without a subject: nothing was known of it');
          return person === null ? undefined : subjects.of(person);
        };
        return {
          notes: () => [...subject === null ? [{message: 'nobody said whose rows these are: no known values were looked for', count: 0}] : [], ...notes()],
          of(value, key) {
            if (value === null || value === '' || typeof value === 'boolean') return value;
            if (typeof value === 'object') {
              count('is bytes and no text: NULL');
              return null;
            }
            const text = String(value);
            redactor ??= learnedEngine(tools.learned).createRedactor(asked);
            const redaction = redactor.redact(text, subjects === null ? undefined : knownOf(key));
            if (redaction.spans.length === 0) return value;
            count('was redacted');
            for (const span of redaction.spans) count(labelOf(span));
            return fitted(text, redaction, room, count);
          },
        };
      },
    };
  },
};

/** A text must not become longer than its column: labels that have no room are left out. */
function fitted(text: string, {text: labelled, spans}: Redaction, room: number, count: (what: string) => void): string {
  if (labelled.length <= room || [...labelled].length <= room) return labelled;
  count('has no room for labels: taken out without');
  const parts: string[] = [];
  let at = 0;
  for (const {start, end} of spans) {
    parts.push(text.slice(at, start));
    at = end;
  }
  return parts.join('') + text.slice(at);
}
