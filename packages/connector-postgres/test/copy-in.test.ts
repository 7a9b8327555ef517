import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {rejection} from '@sluice/testkit';
import {parseEndpoint} from '../src/endpoint.ts';
import {Session} from '../src/session.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const COPY = 'COPY taken (id, note) FROM STDIN';
const where = {table: 'taken'};

describe.skipIf(postgres === null)('bytes into the server', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  beforeEach(async () => { await lab.run(`DROP TABLE IF EXISTS taken; CREATE TABLE taken (id int CHECK (id < 1000), note text); ALTER TABLE taken OWNER TO ${lab.user}`); });
  const open = () => Session.open(parseEndpoint(lab.endpoint()), signal);
  /** The session does what comes next. */
  const works = async (session: Session) => { expect(await session.rows('SELECT 1', signal)).toEqual([['1']]); };

  test('arrive however they are cut, and whoever gives them can write there again when asked for more', async () => {
    await using session = await open();
    const notes = Array.from({length: 40}, (_, i) => String.fromCharCode(97 + i % 26).repeat(i * 9_000));
    const all = Buffer.from(notes.map((note, i) => `${i}\t${note}\n`).join(''));
    const sizes = [1, 0, 65_536, 65_535, 65_537, 131_072, 2, 1_000_000];
    const memory = Buffer.alloc(Math.max(...sizes));
    async function* pieces() {
      for (let at = 0, i = 0; at < all.length; at += sizes[i++ % sizes.length]!) {
        const piece = all.subarray(at, at + sizes[i % sizes.length]!);
        memory.fill('!');
        piece.copy(memory);
        yield memory.subarray(0, piece.length);
      }
    }
    expect(await session.copyIn(COPY, pieces(), signal, where)).toBe(40);
    expect(await lab.rows('SELECT id, md5(note) FROM taken ORDER BY id')).toEqual(await lab.rows('SELECT n, md5(repeat(chr(97 + n % 26), n * 9000)) FROM generate_series(0, 39) n'));
    await works(session);
  });

  test.each([
    ['at once', function* () { yield Buffer.from('1\tx\n'); throw new Error('no more'); }],
    ['later', async function* () { yield Buffer.from('1\tx\n'); await Promise.resolve(); throw new Error('no more'); }],
    ['before the first', function* () { if (COPY.length > 0) throw new Error('no more'); yield Buffer.alloc(0); }],
  ])('of somebody who throws %s are not there, and the session goes on', async (_when, give) => {
    await using session = await open();
    await expect(session.copyIn(COPY, give(), signal, where)).rejects.toThrow('no more');
    await works(session);
    expect(await lab.rows('SELECT * FROM taken')).toEqual([]);
  });

  test('are asked for no more once one is refused, even while more are awaited', async () => {
    await using session = await open();
    let letGo = () => {};
    const held = new Promise<void>(resolve => { letGo = resolve; });
    let isOver = false;
    async function* give() {
      try {
        // The server looks at rows as they come.
        yield Buffer.from('1000\tx\n');
        await held;
        yield Buffer.from('1\tx\n');
        throw new Error('asked for more');
      } finally {
        isOver = true;
      }
    }
    expect(await rejection(session.copyIn(COPY, give(), signal, where))).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'taken'}});
    await works(session);
    letGo();
    await expect.poll(() => isOver).toBe(true);
  });

  test('refused at their beginning are let go of, however many more were given with them', async () => {
    await using session = await open();
    const rest = Buffer.from(`1\t${'x'.repeat(1000)}\n`.repeat(4000));
    for (let i = 0; i < 5; i++) {
      expect(await rejection(session.copyIn(COPY, [Buffer.concat([Buffer.from('1000\tx\n'), rest])], signal, where))).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'taken'}});
      await works(session);
    }
  });

  test('are not asked for where the server takes none', async () => {
    await using session = await open();
    let asked = false;
    const give = function* () { asked = true; yield Buffer.from('1\tx\n'); };
    expect(await rejection(session.copyIn('COPY nowhere FROM STDIN', give(), signal, where))).toMatchObject({code: 'SLUICE_SCHEMA'});
    expect(asked).toBe(false);
    await works(session);
  });

  test('end with the connection', async () => {
    await using session = await open();
    async function* give() {
      yield Buffer.from('1\tx\n');
      await lab.killAll();
      for (;;) yield Buffer.from('2\tx\n');
    }
    expect(await rejection(session.copyIn(COPY, give(), signal, where))).toMatchObject({code: 'SLUICE_CONNECT'});
  });
});
