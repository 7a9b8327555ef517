import {expect, test} from 'vitest';
import {canonicalJson} from '../src/canonical-json.ts';

/** One value, its keys written in every way that matters. */
const TEXT = '{"a":[{"b":1,"c":null},{}],"b":{"x":"\\u2028 \\"","y":[]},"é":true}'.replace('\\u2028', '\u2028');

test.each<[string, unknown]>([
  ['in order', {a: [{b: 1, c: null}, {}], b: {x: '\u2028 "', y: []}, é: true}],
  ['out of order at the top', {é: true, b: {x: '\u2028 "', y: []}, a: [{b: 1, c: null}, {}]}],
  ['out of order in an object', {a: [{b: 1, c: null}, {}], b: {y: [], x: '\u2028 "'}, é: true}],
  ['out of order in a list', {a: [{c: null, b: 1}, {}], b: {x: '\u2028 "', y: []}, é: true}],
  ['with keys that are not there', {a: [{b: 1, bb: undefined, c: null}, {}], b: {x: '\u2028 "', y: []}, z: undefined, é: true}],
])('a value with keys %s has the one text', (_, value) => {
  expect(canonicalJson(value)).toBe(TEXT);
});
