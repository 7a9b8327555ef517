import {Socket} from 'node:net';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {tapCopy} from '../src/copy-tap.ts';

/** A message of the server: its type, its length, what it holds (PostgreSQL 18 manual, 53.7). */
function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** What the driver and whoever takes the rows hear of the messages, cut at these places. */
function tapped(messages: readonly {readonly type: string; readonly body: Uint8Array}[], cuts: readonly number[]) {
  const stream = new Socket();
  const driver: Buffer[] = [];
  const taken: Buffer[] = [];
  let count = 0;
  let broken = 0;
  const own = (bytes: Buffer) => driver.push(Buffer.from(bytes));
  stream.on('data', own);
  tapCopy(stream, (bytes, rows) => { taken.push(bytes); count += rows; }, () => { broken++; });
  const bytes = Buffer.concat(messages.map(({type, body}) => message(type, body)));
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) {
    // A socket gives each chunk away: what lies in it is whose it was handed to.
    stream.emit('data', Buffer.from(bytes.subarray(places[i - 1], places[i])));
  }
  const isBack = stream.listeners('data').length === 1 && stream.listeners('data')[0] === own;
  stream.destroy();
  return {driver: Buffer.concat(driver).toString('hex'), taken: Buffer.concat(taken).toString('hex'), count, broken, isBack};
}

const hex = (messages: readonly {readonly type: string; readonly body: Uint8Array}[]) => Buffer.concat(messages.map(({type, body}) => message(type, body))).toString('hex');
const body = fc.uint8Array({maxLength: 40});
const cuts = fc.array(fc.nat(), {maxLength: 30});
/** Rows, and what a server may say of itself between them: a notice, a setting that changed, a notification. */
const amid = fc.array(fc.oneof(
  fc.record({type: fc.constant('d'), body: fc.uint8Array({minLength: 1, maxLength: 40})}), fc.record({type: fc.constantFrom('N', 'S', 'A'), body}),
), {maxLength: 12});
const copyOut = {type: 'H', body: new Uint8Array([1, 0, 1, 0, 1])};
const done = [{type: 'c', body: new Uint8Array()}, {type: 'C', body: Buffer.from('COPY 3\0')}, {type: 'Z', body: Buffer.from('I')}];
const failed = [{type: 'E', body: Buffer.from('SERROR\0C57014\0\0')}, {type: 'Z', body: Buffer.from('E')}];

test('law: wherever the bytes are cut and whatever comes between the rows, these are taken whole, and the driver hears everything else', () => {
  fc.assert(fc.property(amid, fc.constantFrom(done, failed), cuts, (between, end, at) => {
    const all = [copyOut, ...between, ...end];
    const rows = between.filter(({type}) => type === 'd');
    expect(tapped(all, at)).toEqual({
      driver: hex(all.filter(({type}) => type !== 'd')), taken: Buffer.concat(rows.map(row => row.body)).toString('hex'), count: rows.length, broken: 0, isBack: true,
    });
  }), {numRuns: 500});
});

test('after the rows everything is the driver\'s, also what looks like rows', () => {
  const all = [copyOut, {type: 'd', body: Buffer.from('row')}, ...done, {type: 'd', body: Buffer.from('no row')}];
  expect(tapped(all, [1, 9, 20])).toMatchObject({taken: Buffer.from('row').toString('hex'), driver: hex(all.filter((_, i) => i !== 1))});
});

test('what is no answer to a COPY is told, and the rows before it are given', () => {
  fc.assert(fc.property(cuts, at => {
    expect(tapped([copyOut, {type: 'd', body: Buffer.from('row')}, {type: 'T', body: Buffer.from('x')}, ...done], at)).toMatchObject({taken: Buffer.from('row').toString('hex'), broken: 1, isBack: true});
  }), {numRuns: 100});
});
