import type {CollectionVerification} from '@sluice/replicate';
import {expect, test} from 'vitest';
import {verificationText} from '../src/verify/verification-text.ts';

const good: CollectionVerification = {
  collection: 'posts', documents: 3, rows: 7, missing: 0, differing: 0, extra: 0, keyless: 0, refused: 0, refusal: null, unsettled: 0, repaired: 0, ordinals: [], tables: [], equal: true,
};
const last = (...found: readonly Partial<CollectionVerification>[]) =>
  verificationText({format: 'sluice.documents-verification/1', equal: false, collections: [good, ...found.map(more => ({...good, equal: false, ...more}))]}).trimEnd().split('\n').at(-1);

test('a repair is proposed for what it mends', () => {
  expect(last({differing: 1})).toBe('documents and rows differ; mend them with --repair');
  expect(last({missing: 2, differing: 1, repaired: 3, keyless: 4})).toBe('documents and rows differ; rows without a key go when the tables are loaded again');
  expect(last({refused: 1, refusal: 'the _id does not fit', keyless: 1})).toBe('documents and rows differ; the _id does not fit; rows without a key go when the tables are loaded again');
  expect(last({extra: 1}, {refused: 1, refusal: 'the _id does not fit'})).toBe('documents and rows differ; mend them with --repair; the _id does not fit');
});
