import {scanIdentifiers} from '@sluice/identifiers';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {faults} from './marked.ts';

/** The text with something that is no label in the place of every find. */
function redacted(text: string): string {
  let out = '';
  let at = 0;
  for (const {start, end} of scanIdentifiers(text)) {
    out += `${text.slice(at, start)}[–]`;
    at = end;
  }
  return out + text.slice(at);
}

describe('what stands beside a find without a blank', () => {
  it.each([
    'write to [[ann@example.com]][[http://example.org]]', '[[937-555-0144http://example.org]]', 'dial[[555-867-5309]]', 'security[[123-45-6789]]', 'seen [[2024-01-02http://example.org/a]]', 'at [[10.0.0.1]] or [[10.0.0.2]]',
    '[[937-555-0144]],45402,[[ann@example.com]]', 'Ann,[[4482137]],F,[[937-555-0144]],[[937-555-0145]]', '[[example.com]] and [[https://http://example.org]]',
  ])('%s', marked => expect(faults(marked)).toEqual([]));
});

describe('addresses longer than any standard allows', () => {
  it.each([
    ['a web address', `http://example.org/${'x'.repeat(6000)}`], ['one scheme after the other', 'http://'.repeat(1000)], ['a path', `example.org/${'a/'.repeat(3000)}`], ['www', `www.example.org/${'a/'.repeat(3000)}`],
    ['an e-mail address', `${'a'.repeat(90)}@${'b'.repeat(90)}.example.org`],
  ])('are taken whole: %s', (_, address) => {
    const [only, ...others] = scanIdentifiers(`see ${address} there`);
    expect([only!.start, others]).toEqual([4, []]);
    expect(address.length - (only!.end - only!.start)).toBeLessThanOrEqual(2); // slashes at the end may stay
  });
});

it('what was redacted once has nothing more to redact', () => {
  const piece = fc.constantFrom(
    'http://', 'https://', 'HTTP://', 'ftp://', 'mailto:', 'hxxps[:]//', 'www.', 'example.org', 'example.com', 'ann@example.org', 'ann', 'word', '/p?q=1', '.', ',', ':', ';', '(', ')', '[', ']', '<', '>', '"', "'", '//', '#', '&', '=', '-', ' ', '\n', '2024-01-02', ' 937-555-0144', ' 123-45-6789 ',
  );
  fc.assert(fc.property(fc.array(piece, {maxLength: 8}), pieces => {
    const once = redacted(pieces.join(''));
    expect(redacted(once)).toBe(once);
  }), {seed: 7, numRuns: 20_000});
});
