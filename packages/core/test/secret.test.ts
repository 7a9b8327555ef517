import {inspect} from 'node:util';
import {expect, test} from 'vitest';
import {Secret} from '@sluice/core';

test('a secret prints as <secret> however it is printed, and is revealed on request only', () => {
  const secret = new Secret('hunter2');
  const printed = [String(secret), JSON.stringify({secret}), inspect(secret), inspect({deep: {secret}}), `${secret}`, inspect(secret, {showHidden: true})];
  for (const text of printed) expect(text).not.toContain('hunter2');
  expect(JSON.parse(printed[1]!)).toEqual({secret: '<secret>'});
  expect(secret.reveal()).toBe('hunter2');
});
