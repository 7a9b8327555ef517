import {ErrorCode} from '@sluice/core';
import {readServerUrl, SnapshotSession, type ServerSession} from '../src/index.ts';
import {expect, test} from 'vitest';

const never = new AbortController().signal;

function fake(): ServerSession & {alive: boolean} {
  const session = {
    alive: true,
    run: async () => {},
    destroy() { session.alive = false; },
    async [Symbol.asyncDispose]() { session.alive = false; },
  };
  return session;
}

test('a source has one session for its life, and its loss is the loss of the snapshot', async () => {
  const made: ReturnType<typeof fake>[] = [];
  const source = new SnapshotSession({
    system: 'Test', label: 'test://host/db',
    connect: async () => made[made.push(fake()) - 1]!,
    start: async () => 'snapshot:1',
  });
  expect(source.snapshot).toBeNull();
  expect(await source.open(never)).toBe(await source.open(never));
  expect(source.snapshot).toBe('snapshot:1');
  made[0]!.destroy();
  await expect(source.open(never)).rejects.toMatchObject({code: ErrorCode.CONNECT, retryable: true, message: 'server test://host/db: the connection broke, and the snapshot went with it'});
  expect(made).toHaveLength(1);
  await source[Symbol.asyncDispose]();
  await expect(source.open(never)).rejects.toThrow('the Test source is closed');
});

test('a session whose snapshot cannot be taken is closed, and the next call tries again', async () => {
  const made: ReturnType<typeof fake>[] = [];
  await using source = new SnapshotSession({
    system: 'Test', label: 'test://host/db',
    connect: async () => made[made.push(fake()) - 1]!,
    start: async () => { if (made.length === 1) throw new Error('not now'); return null; },
  });
  await expect(source.open(never)).rejects.toThrow('not now');
  expect(made[0]!.alive).toBe(false);
  expect(await source.open(never)).toBe(made[1]);
});

test('one reads at a time', () => {
  const source = new SnapshotSession({system: 'Test', label: 'x', connect: async () => fake(), start: async () => null});
  {
    using _first = source.reading();
    expect(() => source.reading()).toThrow('a Test source reads one table at a time');
  }
  using _second = source.reading();
});

function told(text: string) {
  const problems: string[] = [];
  const read = readServerUrl(text, ['ssl', 'ca'], message => problems.push(message));
  return {read, problems};
}

test('a URL is decoded', () => {
  const {read, problems} = told('any://a%40b@[::1]:1234/d%2Fb?ssl=on');
  expect(problems).toEqual([]);
  expect(read).toMatchObject({user: 'a@b', database: 'd/b', host: '::1', isLocal: true});
  expect(read?.parameters.get('ssl')).toBe('on');
  expect(told('any://u@db.example/x').read).toMatchObject({host: 'db.example', isLocal: false});
  expect(told('any:///x').read).toMatchObject({host: 'localhost', isLocal: true});
});

test('every problem of a URL is told, and no secret', () => {
  const {read, problems} = told('any://%zz:canary@host?ssl=a&ssl=b&more=canary&more=canary');
  expect(read).not.toBeNull();
  expect(problems).toEqual([
    'the URL has ssl more than once',
    'the URL has an unknown parameter more; known are ssl, ca',
    'the password must not stand in the URL; pass it apart',
    'the user in the URL has a % that starts no escape',
    'the URL names no user',
    'the URL names no database',
  ]);
  expect(told('canary').read).toBeNull();
  expect(told('canary').problems).toEqual([]);
});
