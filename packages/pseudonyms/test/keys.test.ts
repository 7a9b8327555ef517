import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createHash, hkdfSync, randomBytes} from 'node:crypto';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ErrorCode} from '@sluice/core';
import {masterKeyFrom, readMasterKey} from '@sluice/pseudonyms';
import {expectNoLeak} from '@sluice/testkit';
import fc from 'fast-check';
import {afterAll, describe, expect, it} from 'vitest';
import {whyWeak} from '../src/weak-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const {signal} = new AbortController();
const key = Buffer.from('9d1f3a5c77e08b24c6f0e1d2a3b49586170f2e3d4c5b6a798897a6b5c4d3e2f1', 'hex');
const id = masterKeyFrom(key).id;

let number = 0;
function fileOf(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, `key-${number++}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}
const refusal = async (promise: Promise<unknown>) => promise.then(() => expect.fail('was accepted'), (error: unknown) => error as Error & {code: string; remedy: string});

describe('reading', () => {
  it.each([
    ['hexadecimal', key.toString('hex')], ['capitals and a line end', `${key.toString('hex').toUpperCase()}\r\n`], ['a byte order mark', `\uFEFF${key.toString('hex')}\n`],
    ['base64', `${key.toString('base64')}\n`], ['base64 without padding', key.toString('base64').replace('=', '')], ['base64url', key.toString('base64url')], ['raw bytes', key],
  ])('takes a file in %s', async (_, content) => {
    expect((await readMasterKey({file: fileOf(content)}, signal)).id).toBe(id);
  });

  it('takes a variable and the output of a command', async () => {
    expect((await readMasterKey({env: 'KEY', environment: {KEY: ` ${key.toString('base64')}`}}, signal)).id).toBe(id);
    expect((await readMasterKey({command: [process.execPath, '-e', `console.log('${key.toString('hex')}')`]}, signal)).id).toBe(id);
    expect((await readMasterKey({command: [process.execPath, '-e', `process.stdout.write(Buffer.from('${key.toString('hex')}', 'hex'))`]}, signal)).id).toBe(id);
  });

  it.each([
    ['a file that is missing', {file: join(folder, 'none')}, /does not exist/],
    ['a folder', {file: folder}, /is not a file/],
    ['a variable that is not set', {env: 'KEY', environment: {}}, /variable KEY is not set/],
    ['a variable that is blank', {env: 'KEY', environment: {KEY: ' \n'}}, /variable KEY is not set/],
    ['a command that is missing', {command: ['sluice-no-such-program']}, /was not found/],
    ['a command that fails', {command: [process.execPath, '-e', `console.error('${key.toString('hex')}'); process.exit(7)`]}, /ended with exit code 7/],
    ['a command without a word', {command: [process.execPath, '-e', '']}, /is empty/],
    ['a command that says too much', {command: [process.execPath, '-e', `console.log('${key.toString('hex')}'.repeat(99))`]}, /more than 1024 bytes/],
  ] as const)('refuses %s', async (_, source, message) => {
    const error = await refusal(readMasterKey(source as Parameters<typeof readMasterKey>[0], signal));
    expect(error.code).toBe(ErrorCode.CONFIG);
    expect(error.message).toMatch(message);
    expectNoLeak(error, key.toString('hex'));
  });

  it.each([0o640, 0o604, 0o620, 0o601, 0o644])('refuses a file of mode %o', async mode => {
    const error = await refusal(readMasterKey({file: fileOf(key, mode)}, signal));
    expect(error.message).toMatch(/by others than its owner \(mode 06/);
    expect(error.remedy).toMatch(/chmod 600/);
  });

  it('refuses keys of the wrong length and says nothing of them', async () => {
    for (const content of [key.toString('hex').slice(1), `${key.toString('hex')}0`, key.subarray(1), Buffer.concat([key, key]), `${key.toString('hex').slice(2)}zz`, 'x'.repeat(5000), '']) {
      const error = await refusal(readMasterKey({file: fileOf(content)}, signal));
      expect(error.code).toBe(ErrorCode.CONFIG);
      expect(error.message).toMatch(/32 bytes|is empty/);
      if (content.length > 10) expectNoLeak(error, content.toString().slice(0, 10));
      expectNoLeak(error, key.toString('hex').slice(2, 12));
    }
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const reading = readMasterKey({command: [process.execPath, '-e', 'setTimeout(() => {}, 60_000)']}, controller.signal);
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });
});

describe('weakness', () => {
  const pattern = (length: number) => Buffer.concat([randomBytes(length), Buffer.alloc(32)]).map((_, i, all) => all[i % length]!).subarray(0, 32);
  it.each([
    ['zeros', Buffer.alloc(32), 'equal'], ['one byte', Buffer.alloc(32, 0xa7), 'equal'], ['a pattern', pattern(5), 'pattern of 5'], ['two halves', pattern(16), 'pattern of 16'],
    ['counting', Buffer.from(Array.from({length: 32}, (_, i) => i)), 'equal steps'], ['counting down by three', Buffer.from(Array.from({length: 32}, (_, i) => 255 - 3 * i)), 'equal steps'],
    ['words', Buffer.from('correct horse battery staple 123'), 'text'], ['half a key in hexadecimal', Buffer.from(key.toString('hex', 0, 16)), 'text'],
    ['words with umlauts', Buffer.from('größte Schlüssel für Äpfel!'), 'text'],
    ['few bytes', Buffer.from(Array.from({length: 32}, (_, i) => (i * i * i) % 19 + 0xe0)), 'too few'],
    ['the hash of nothing', createHash('sha256').digest(), 'hash of an empty'], ['the hash of a placeholder', createHash('sha256').update('changeme\n').digest(), 'hash of an empty'],
  ])('is found in %s', (_, bytes, reason) => {
    expect(bytes.length).toBe(32);
    expect(whyWeak(bytes)).toContain(reason);
    expect(() => masterKeyFrom(bytes)).toThrow('is weak');
  });

  it('is that of a text unless it has a control character of ASCII that no line is written with', () => {
    const keyWith = (code: number) => Buffer.from(`${String.fromCharCode(code)}abcdefghijklmnopqrstuvwxyz01234`).subarray(0, 32);
    const controls = Array.from({length: 0x100}, (_, code) => code).filter(code => whyWeak(keyWith(code)) === null);
    expect(controls).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);
  });

  it('is not found in random keys', () => {
    for (let i = 0; i < 20_000; i++) if (whyWeak(randomBytes(32)) !== null) expect.fail('a random key was called weak');
  });
});

describe('derivation', () => {
  it('is HKDF-SHA256: the first example of RFC 5869 on this machine, and the info string of this package', () => {
    expect(Buffer.from(hkdfSync('sha256', Buffer.alloc(22, 0x0b), Buffer.from('000102030405060708090a0b0c', 'hex'), Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex'), 42)).toString('hex'))
      .toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
    // Fixed for ever: another value would orphan every vault and every token.
    expect(id).toBe('7bbb4eeecf38b875');
    expect(Buffer.from(masterKeyFrom(key).domain('person', 'token').derive('x', 8)).toString('hex')).toBe('3cdde0d04c800cad');
  });

  it('gives unrelated keys to other names, purposes, labels and master keys', () => {
    const one = masterKeyFrom(key), other = masterKeyFrom(randomBytes(32));
    const keys = [one.domain('ab', 'c'), one.domain('a', 'bc'), one.domain('abc', ''), one.domain('', 'abc'), one.domain('c', 'ab'), other.domain('ab', 'c')].flatMap(each => [each.derive('x'), each.derive('y'), each.derive('x', 64)]);
    expect(new Set(keys.map(each => Buffer.from(each).toString('hex', 0, 16))).size).toBe(keys.length - 6);
    expect(other.id).not.toBe(one.id);
  });

  it('is wiped: nothing is derived after disposal, and keys derived before go on working', () => {
    const master = masterKeyFrom(key);
    const domain = master.domain('person', 'token');
    master[Symbol.dispose]();
    expect(() => master.domain('person', 'token')).toThrow('still held');
    expect(domain.derive('x')).toEqual(masterKeyFrom(key).domain('person', 'token').derive('x'));
  });
});

it('shows no key in anything that prints, and its id tells nothing of it', () => {
  fc.assert(fc.property(fc.uint8Array({minLength: 32, maxLength: 32}).filter(bytes => whyWeak(bytes) === null), bytes => {
    const master = masterKeyFrom(bytes);
    const domain = master.domain('person', 'token');
    for (const thing of [master, domain, {master, domain}, [domain.hmacKey]]) {
      expectNoLeak(thing, Buffer.from(bytes).toString('latin1'), Buffer.from(domain.derive('x')).toString('latin1'));
    }
    expect(`${master} ${domain}`).toBe(`<master key ${master.id}> <key of person for token>`);
    expect(Buffer.from(bytes).toString('hex')).not.toContain(master.id.slice(0, 8));
  }), {numRuns: 50});
});

it('a folder in the path of a key says what is wrong', async () => {
  mkdirSync(join(folder, 'sub'), {recursive: true});
  expect((await refusal(readMasterKey({file: join(fileOf('x'), 'deeper')}, signal))).message).toMatch(/cannot be opened \(ENOTDIR\)/);
});
