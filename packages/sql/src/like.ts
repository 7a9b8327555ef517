import {quoteText} from './quote.ts';
import type {Context} from './translate-value.ts';
import {inside, whole} from './translate-value.ts';
import type {Translated} from './meaning.ts';
import {refuse} from './syntax.ts';

/**
 * LIKE with a literal pattern. MySQL compares by the collation and escapes by a backslash; SQLite
 * ignores the case of A-Z always and escapes by nothing, and its GLOB minds the case.
 */
export function translateLike(operand: Translated, pattern: Translated, {escape, negated}: {readonly escape: string | null; readonly negated: boolean}, context: Context): Translated {
  const {from, to, assumptions} = context;
  if (operand.type !== 'text') refuse('LIKE on something that is no text');
  if (pattern.type !== 'literal text' || pattern.literal === undefined) refuse('the pattern of a LIKE is no literal');
  const parts = split(pattern.literal, escape ?? (from === 'sqlite' ? null : '\\'));
  const not = negated ? 'NOT ' : '';
  if (operand.ignoresCase === undefined && from !== 'sqlite') refuse('LIKE on text that is put together of several, or by a collation that is another one elsewhere');
  const ignoresCase = operand.ignoresCase === true || from === 'sqlite';
  if (ignoresCase) {
    if (!/^[ -~]*$/.test(pattern.literal)) refuse('a pattern has letters that are alike elsewhere');
    if (operand.ignoresCase !== true && to !== 'sqlite') refuse('LIKE minds the case there');
    assumptions.add('ascii', operand.origins);
    const text = parts.map(part => (typeof part === 'string' ? part.replace(/[\\%_]/g, '\\$&') : part.wildcard)).join('');
    // MySQL's own escape is the backslash; SQLite wants to be told.
    const escaping = to === 'sqlite' && text.includes('\\') ? ` ESCAPE '\\'` : '';
    return whole([operand], `${inside(operand)} ${not}LIKE ${quoteText(to, text)}${escaping}`);
  }
  assumptions.add('no NUL', operand.origins);
  const glob = parts.map(part => (typeof part === 'string' ? part.replace(/[*?[]/g, '[$&]') : part.wildcard === '%' ? '*' : '?')).join('');
  return whole([operand], `${inside(operand)} ${not}GLOB ${quoteText(to, glob)}`);
}

type Part = string | {readonly wildcard: '%' | '_'};

function split(pattern: string, escape: string | null): Part[] {
  const parts: Part[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!;
    if (c === escape) {
      i++;
      if (i === characters.length) refuse('a pattern ends in its escape');
      parts.push(characters[i]!);
    } else if (c === '%' || c === '_') parts.push({wildcard: c});
    else parts.push(c);
  }
  return parts;
}
