import type {Span} from '../classes.ts';
import {applyRules} from '../scan/rule.ts';
import {prepared, toSpans} from '../scan/spans.ts';
import type {Find} from '../scan/spans.ts';
import type {Normalised} from '../text/normalise.ts';
import {accountRules} from './account.ts';
import {findEmails, networkRules} from './network.ts';
import {personNumberRules} from './person-number.ts';
import {phoneRules} from './phone.ts';
import {placeRules} from './place.ts';
import {thingRules} from './thing.ts';
import {unnamedRules} from './unnamed.ts';

const rules = [...networkRules, ...personNumberRules, ...accountRules, ...thingRules, ...placeRules, ...phoneRules, ...unnamedRules];

/**
 * Finds identifiers by their own shape: addresses of the net, telephone numbers, national and health numbers, cards, accounts, vehicles, devices, post codes and
 * coordinates, and numbers too long to be anything else. Spans are in order, do not overlap, and have offsets of the text given in. Linear in time.
 */
export function scanPatterns(text: string | Normalised): readonly Span[] {
  const source = prepared(text);
  return toSpans(findPatterns(source.text), source);
}

/** The finds of the pattern rules in normalised text, in no order. */
export function findPatterns(text: string): Find[] {
  return [...findEmails(text), ...applyRules(rules, text)];
}
