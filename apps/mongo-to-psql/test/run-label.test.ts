import {expect, test} from 'vitest';
import {isLabelOf, labelled, partsOf, runLabel} from '../src/status/run-label.ts';

const plain = {compat: true, prefix: '', collections: []};

test('runs as the superseded system had them have its comments; others say which tables they are for', () => {
  expect(labelled('oplog use', runLabel(plain, 'shop'))).toBe('oplog use');
  expect(labelled('oplog use', runLabel({...plain, compat: false}, 'shop'))).toBe('oplog use (shop)');
  expect(labelled('init load', runLabel({...plain, prefix: '2016_04_'}, 'shop'))).toBe('init load (prefix 2016_04_)');
  expect(runLabel({compat: false, prefix: 'p', collections: ['b', 'a(1)']}, 'shop')).toBe('shop; prefix p; collections a(1), b');
  expect(partsOf('init load by hand (shop; collections a(1), b)')).toEqual({name: 'init load by hand', label: 'shop; collections a(1), b'});
  expect(partsOf('oplog sync')).toEqual({name: 'oplog sync', label: ''});
});

test('many collections are told apart in a label of bounded length', () => {
  const many = Array.from({length: 100}, (_, i) => `collection_${i}`);
  const [one, other] = [many, [...many, 'z']].map(collections => runLabel({...plain, collections}, 'shop'));
  expect(one!.length).toBeLessThan(80);
  expect(one).not.toBe(other);
  expect([isLabelOf(one!, {prefix: '', collections: many.toReversed()}), isLabelOf(other!, {prefix: '', collections: many})]).toEqual([true, false]);
});

test('a status is asked for by prefix and collections, or for all', () => {
  const label = runLabel({compat: false, prefix: 'p', collections: ['a']}, 'shop');
  expect([{prefix: '', collections: []}, {prefix: 'p', collections: []}, {prefix: '', collections: ['a']}, {prefix: 'q', collections: []}, {prefix: 'p', collections: ['b']}].map(each => isLabelOf(label, each))).toEqual([true, true, true, false, false]);
});
