import {ErrorCode, PipelineError, type Row, type Schema, type StoredObject} from '@sluice/core';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {verifyReceipt} from '../src/index.ts';
import {fakeLive, limits, never, placesOf, receiptOf, type FakeTable} from './support.ts';

const schema: Schema = {table: 't', primaryKey: [], columns: [{name: 'a', type: 'int', nullable: false}, {name: 'b', type: 'text', nullable: true}]};
const objects: StoredObject[] = [{type: 'table', name: 't', table: 't', digest: 'one'}, {type: 'index', name: 'i', table: 't', digest: 'two'}];
const table = (rows: readonly (readonly [number, Row])[]): FakeTable => ({schema, rows: new Map(rows)});
const some = (count: number) => table(Array.from({length: count}, (_, i) => [i + 1, [i, `row ${i}`]]));
const seal = {sha256: 'a'.repeat(64), bytes: 4096};
const other = {sha256: 'b'.repeat(64), bytes: 4096};

const check = (given: FakeTable, now: FakeTable, {found = objects, file = seal, size = 10} = {}) =>
  verifyReceipt({receipt: receiptOf([given], objects, size).receipt, live: fakeLive([now], found), seal: file, limits}, never);

describe('a file and its receipt', () => {
  test('fit when nothing changed', async () => {
    expect(await check(some(95), some(95))).toMatchObject({status: 'equal', file: 'equal', problems: [], remarks: [], tables: [{status: 'equal', groups: 10, groupsDiffering: 0}]});
    expect(await check(some(0), some(0))).toMatchObject({status: 'equal', tables: [{groups: 0}]});
  });

  test('fit with a remark when the file was written anew', async () => {
    expect(await check(some(95), some(95), {file: other})).toMatchObject({status: 'equal', file: 'rewritten', remarks: ['every table and object is as it was, but the bytes of the file are others: it was written anew since']});
  });

  test('do not fit when the file is damaged beneath its tables, or hides bytes', async () => {
    for (const integrity of [{damage: ['index i is damaged'], hidden: []}, {damage: [], hidden: ['12 bytes lie behind the last page']}]) {
      const live = {...fakeLive([some(5)], objects), integrity: async () => integrity};
      const {receipt} = receiptOf([some(5)], objects, 2);
      expect(await verifyReceipt({receipt, live, seal: other, limits}, never)).toMatchObject({status: 'different', file: 'different', problems: [...integrity.damage, ...integrity.hidden], remarks: []});
      expect(await verifyReceipt({receipt, live, seal, limits}, never)).toMatchObject({status: 'equal', problems: []});
    }
    const unreadable = {
      ...fakeLive([some(5)], objects), integrity: async () => ({damage: ['nothing can be read'], hidden: []}), objects: async () => { throw new PipelineError(ErrorCode.CONNECT, 'the file is damaged'); },
    };
    expect(await verifyReceipt({receipt: receiptOf([some(5)], objects, 2).receipt, live: unreadable, seal: other, limits}, never)).toMatchObject({status: 'different', tables: [{status: 'missing'}]});
  });

  test('fit when the rows were numbered anew in their order', async () => {
    const patched = table([...some(30).rows].map(([rowid, row]) => [rowid > 10 && rowid <= 20 ? rowid + 500 : rowid, row]));
    const renumbered = table([...patched.rows].sort(([a], [b]) => a - b).map(([, row], i) => [i + 1, row]));
    expect(await check(patched, renumbered, {file: other})).toMatchObject({status: 'equal', file: 'rewritten', tables: [{status: 'equal', groupsDiffering: 0}]});
    const damaged = table([...renumbered.rows].map(([rowid, row]) => [rowid, rowid === 25 ? [0, 'PHI-CANARY'] : row]));
    const found = await check(patched, damaged, {file: other});
    expect(found).toMatchObject({status: 'different', file: 'different', tables: [{status: 'different', groupsDiffering: 1, groups: 3}]});
    expect(JSON.stringify(found)).not.toContain('PHI-CANARY');
  });

  test('fit when places that do not stand in the order of their rows were numbered anew', async () => {
    const given = some(30);
    const [first, second, third] = placesOf(schema, given.rows, 10);
    const turned = receiptOf([], objects, 10, null, {tables: [{name: 't', target: 't', change: 'patched', verified: false, schema, places: [third!, first!, second!]}]}).receipt;
    const renumbered = table([...given.rows].map(([rowid, row]) => [rowid + 1000, row]));
    expect(await verifyReceipt({receipt: turned, live: fakeLive([renumbered], objects), seal: other, limits}, never)).toMatchObject({
      status: 'equal', tables: [{status: 'equal', groups: 3}], remarks: [expect.stringMatching(/^1 of 1 tables were written without being read back/), expect.stringContaining('written anew since')],
    });
  });

  test('do not fit after any edit, and the edited rows lie in the ranges', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({min: 1, max: 60}), fc.nat(), fc.constantFrom('change', 'remove', 'add', 'swap'), fc.integer({min: 1, max: 9}), async (count, at, how, size) => {
      const given = some(count);
      const now = some(count);
      const rowid = at % count + 1;
      if (how === 'change') now.rows.get(rowid)![1] = null;
      if (how === 'remove') now.rows.delete(rowid);
      if (how === 'add') now.rows.set(count + 1, [0, null]);
      if (how === 'swap') {
        if (rowid === 1) return;
        const one = now.rows.get(rowid)!;
        now.rows.set(rowid, now.rows.get(rowid - 1)!);
        now.rows.set(rowid - 1, one);
      }
      const {status, tables: [found], problems} = await check(given, now, {file: other, size});
      expect(status).toBe('different');
      expect(problems).toHaveLength(1);
      if (how === 'change' || how === 'remove') expect(found!.ranges.some(([from, to]) => from < rowid && rowid <= to)).toBe(true);
      if (how === 'add') expect(found).toMatchObject({ranges: [], rows: count, rowsFound: count + 1});
    }));
  });

  test('do not fit when something that a statement made is gone, changed or new', async () => {
    expect(await check(some(5), some(5), {found: objects.slice(0, 1)})).toMatchObject({status: 'different', objects: [{type: 'index', name: 'i', status: 'missing'}], problems: ['index i is gone']});
    expect(await check(some(5), some(5), {found: [objects[0]!, {...objects[1]!, digest: 'three'}]})).toMatchObject({problems: ['index i has another definition']});
    expect(await check(some(5), some(5), {found: [...objects, {type: 'trigger', name: 'x', table: 't', digest: ''}]})).toMatchObject({problems: ['trigger x was added']});
    expect(await check(some(5), some(5), {found: objects.slice(1)})).toMatchObject({tables: [{status: 'missing', rowsFound: null}], problems: ['table t is gone']});
  });

  test('a table that cannot be read is said; a destination that is gone too', async () => {
    const live = {...fakeLive([some(5)], objects), countRows: async () => { throw new PipelineError(ErrorCode.CONNECT, 'the file is damaged'); }};
    expect(await verifyReceipt({receipt: receiptOf([some(5)], objects, 2).receipt, live, seal, limits}, never))
      .toMatchObject({status: 'different', tables: [{status: 'unreadable'}], problems: ['table t cannot be read: the file is damaged']});
    expect(await verifyReceipt({receipt: receiptOf([some(5)], objects, 2).receipt, live: null, seal: null, limits}, never))
      .toMatchObject({status: 'different', file: 'different', problems: ['there is nothing at the destination']});
  });
});
