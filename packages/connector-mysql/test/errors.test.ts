import {describe, expect, test} from 'vitest';
import {PipelineError} from '@sluice/core';
import {expectNoLeak} from '@sluice/testkit';
import {classify} from '../src/errors.ts';

const at = (error: object) => classify(Object.assign(new Error("Duplicate entry 'canary-77' for key 'PRIMARY'"), {sql: "INSERT 'canary-77'"}, error), {table: 'people'}) as PipelineError;

describe('what errors mean', () => {
  test.each([
    [1045, 'SLUICE_AUTH', false], [1142, 'SLUICE_AUTH', false], [1049, 'SLUICE_CONNECT', false], [1040, 'SLUICE_CONNECT', true], [1317, 'SLUICE_CONNECT', true], [1927, 'SLUICE_CONNECT', true],
    [1053, 'SLUICE_CONNECT', true], [3024, 'SLUICE_CONNECT', false], [1146, 'SLUICE_SCHEMA', false], [1412, 'SLUICE_SCHEMA', false], [1062, 'SLUICE_VALUE', false], [1406, 'SLUICE_VALUE', false],
    [1114, 'SLUICE_WRITE', false], [1836, 'SLUICE_WRITE', false], [1205, 'SLUICE_LOCKED', true], [1213, 'SLUICE_LOCKED', true], [99_999, 'SLUICE_SCHEMA', false],
  ])('error %i is %s', (errno, code, retryable) => {
    const error = at({errno, code: 'ER_WHATEVER'});
    expect(error).toMatchObject({name: 'PipelineError', code, retryable, context: {table: 'people'}});
    expect(error.message).toContain(`(error ${errno})`);
  });

  test.each([1040, 1203, 1226])('where connections are too many (error %i) fewer are one of the remedies', errno => {
    expect(at({errno})).toMatchObject({code: 'SLUICE_CONNECT', remedy: expect.stringMatching(/, or use fewer connections at a time$/) as string});
  });

  test.each([
    ['ECONNREFUSED', true], ['ENOTFOUND', false], ['ECONNRESET', true], ['EPIPE', true], ['PROTOCOL_CONNECTION_LOST', true], ['ETIMEDOUT', true], ['HANDSHAKE_NO_SSL_SUPPORT', false],
  ])('%s is a CONNECT error', (code, retryable) => {
    expect(at({code, errno: -111})).toMatchObject({code: 'SLUICE_CONNECT', retryable});
  });

  test('no message, statement or cause of the server is passed on', () => {
    for (const errno of [1062, 1366, 1292, 99_999]) {
      const error = at({errno});
      expectNoLeak(error, 'canary-77');
      expect(error.cause).toBeUndefined();
      expect(error.message).toMatch(/^table people: [^A-Z].*[^.]$/);
    }
  });

  test('what is no failure of the server stays what it is', () => {
    const bug = new TypeError('x is not a function');
    expect(classify(bug, 'here')).toBe(bug);
  });
});
