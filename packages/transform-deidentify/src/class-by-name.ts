import type {Column} from '@sluice/core';
import {isSafeHarborClass} from '@sluice/identifiers/classes';
import type {Identifier} from './policy.ts';
import {suggestFor} from './suggest.ts';

/** The letter that the name of the column makes one think of, finer where it matters for a search; empty when it says nothing. */
export function classByName(column: Column): string {
  const {kind = ''} = suggestFor(column) ?? {};
  if (kind.startsWith('C')) return kind.includes('birth') ? 'date.birth' : '';
  if (kind !== 'A, name') return kind.slice(0, 1);
  return /first|given|middle|nick/iu.test(column.name) ? 'name.given' : /last|family|sur|maiden/iu.test(column.name) ? 'name.family' : 'name.full';
}

/**
 * What is looked for in a text about a person: identifiers of 45 CFR 164.514(b)(2)(i). Not ages, and of dates only those of
 * birth and death: numbers and dates of any day are found in a text whoever it is about.
 */
export function identifierToFind(known: Identifier | null): Identifier | null {
  if (known === null || !isSafeHarborClass(known.class)) return null;
  return known.class === 'C' && known.kind !== 'date.birth' && known.kind !== 'date.death' ? null : known;
}
