import {expect, test} from 'vitest';
import {compareTimes, parseTimestamps, timestampsText} from '../src/status/timestamps.ts';

test('places of several shards are one text, and come back', () => {
  const times = [{seconds: 1464278289, increment: 1}, null, {seconds: 1464278289, increment: 10}];
  expect(timestampsText(times)).toBe('Timestamp(1464278289, 1);None;Timestamp(1464278289, 10)');
  expect(parseTimestamps(timestampsText(times))).toEqual(times);
});

test('another text is none', () => {
  expect(parseTimestamps('')).toBeNull();
  expect(parseTimestamps('Timestamp(1, 1);')).toBeNull();
});

test('the 10th entry of a second comes after its 9th', () => {
  expect(compareTimes({seconds: 1, increment: 9}, {seconds: 1, increment: 10})).toBeLessThan(0);
  expect(compareTimes({seconds: 2, increment: 1}, {seconds: 1, increment: 10})).toBeGreaterThan(0);
});
