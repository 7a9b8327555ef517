import {ErrorCode, PipelineError} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {CANARY, expectNoLeak, findLeaks} from '../src/index.ts';

const clean = (more: object = {}) => Object.assign(new PipelineError(ErrorCode.VALUE, 'a value is refused', {table: 't', row: 3}), more);

describe('findLeaks', () => {
  test('finds nothing in an error that names places only', () => {
    expect(findLeaks(clean(), CANARY)).toEqual([]);
    expectNoLeak(clean(), CANARY, 'password');
  });

  const leaky: Readonly<Record<string, unknown>> = {
    'the message': new Error(`bad value ${CANARY}`),
    'the cause': new Error('bad', {cause: new Error(CANARY)}),
    'the cause of the cause': new Error('bad', {cause: new Error('worse', {cause: new Error(CANARY)})}),
    'the remedy': new PipelineError(ErrorCode.VALUE, 'bad', {remedy: `remove ${CANARY}`}),
    'a problem': new PipelineError(ErrorCode.VALUE, 'bad', {problems: [{message: CANARY}]}),
    'a field of a driver': clean({sql: `insert into t values ('${CANARY}')`}),
    'a property that is not enumerable': Object.defineProperty(clean(), 'hidden', {value: CANARY, enumerable: false}),
    'bytes in a field': clean({packet: Buffer.from(CANARY)}),
    'hexadecimal text': new Error(Buffer.from(CANARY).toString('hex')),
    'base64': new Error(Buffer.from(CANARY).toString('base64')),
    'an array of problems': [{message: `near ${CANARY}`}],
    'a thing that refers to itself': (() => { const it: Record<string, unknown> = {text: CANARY}; it['self'] = it; return it; })(),
    'the stack': (() => { const error = new Error('bad'); error.stack = `Error: ${CANARY}`; return error; })(),
  };
  for (const [what, thing] of Object.entries(leaky)) {
    test(`finds the secret in ${what}`, () => {
      expect(findLeaks(thing, CANARY)).not.toEqual([]);
      expect(() => expectNoLeak(thing, CANARY)).toThrow();
    });
  }
});
