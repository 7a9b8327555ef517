import {readFileSync} from 'node:fs';
import {parseReceipt} from '@sluice/verify';
import type {Source} from '@sluice/core';
import {SqliteSource} from '@sluice/connector-sqlite';
import {describe, expect, test} from 'vitest';
import {folders, Lab, told} from './lab.ts';

const folder = folders();
const tables = ['CREATE TABLE a (id INTEGER PRIMARY KEY, x)', 'INSERT INTO a VALUES (1, 1), (2, 2)', 'CREATE TABLE b (id INTEGER PRIMARY KEY, x)', 'INSERT INTO b VALUES (1, 1)'];
const verified = ({tables: all}: {readonly tables: readonly {readonly name: string; readonly verified: boolean}[]}) => Object.fromEntries(all.map(table => [table.name, table.verified]));

describe('what was never read back is not called proved', () => {
  test('neither by the run that wrote it, nor by those that leave it as it is, nor by their receipts', async () => {
    const lab = new Lab(folder()).source(...tables);
    const {report, receipts} = await lab.attempt('full', {verify: false});
    expect({...verified(report), status: report.verification.status}).toEqual({a: false, b: false, status: 'skipped'});
    expect(verified(parseReceipt(receipts.at(-1)!.text))).toEqual({a: false, b: false});

    lab.source('UPDATE b SET x = 2');
    const updated = await lab.attempt('changes', {verify: false});
    expect({...verified(updated.report), status: updated.report.verification.status}).toEqual({a: false, b: false, status: 'skipped'});

    const idle = await lab.attempt('changes', {verify: false});
    expect(idle.report.refresh?.kind).toBe('none');
    expect({...verified(idle.report), ...idle.report.verification}).toEqual({a: false, b: false, status: 'skipped', tables: 0, rows: 0});
    expect(verified(parseReceipt(idle.receipts.at(-1)!.text))).toEqual({a: false, b: false});
  });

  test('the next run that verifies makes it anew, and then it is proved', async () => {
    const lab = new Lab(folder()).source(...tables);
    await lab.bulk();
    lab.source('UPDATE b SET x = 2');
    await lab.update({verify: false});
    const {report, receipts} = await lab.attempt('changes');
    expect(told(report)).toEqual({a: 'unchanged', b: 'rewritten: it was written without being read back'});
    expect(verified(report)).toEqual({a: true, b: true});
    expect(verified(parseReceipt(receipts.at(-1)!.text))).toEqual({a: true, b: true});
    await lab.sameAsFresh();
  });
});

describe('a table that cannot be compared at its source, and comes back the same', () => {
  /** As a server does whose engine keeps no snapshots: it digests nothing of `a`. */
  const blind = (lab: Lab) => (): Source => {
    const source = new SqliteSource(lab.from);
    return Object.assign(source, {
      digestRanges: async (requests: Parameters<NonNullable<Source['digestRanges']>>[0]) =>
        Promise.all(requests.map(async ({schema, ranges}) => Promise.all(ranges.map(async ({after, until}) => {
          let rows = 0;
          const reader = new SqliteSource(lab.from);
          for await (const batch of reader.read({schema, after, until, maxRows: 100, maxBytes: 1 << 20}, new AbortController().signal)) rows += batch.rows.length;
          await reader[Symbol.asyncDispose]();
          return {rows, digest: schema.table === 'a' ? null : `${schema.table} ${rows}`};
        })))),
    });
  };

  test('moves nothing: the file stays, and with it the archive', async () => {
    const lab = new Lab(folder());
    lab.options = {open: blind(lab)};
    lab.source(...tables);
    await lab.bulk();
    const before = readFileSync(lab.target);
    const {report} = await lab.attempt('changes');
    expect(report).toMatchObject({status: 'ok', published: false, refresh: {kind: 'none'}, destination: {archived: null}});
    expect(told(report)).toEqual({a: expect.stringMatching(/^unchanged: .*read again, and found equal/), b: 'unchanged'});
    expect(readFileSync(lab.target).equals(before)).toBe(true);
    lab.expectNothingLeft();
  });

  test('is published as soon as one of its rows is another', async () => {
    const lab = new Lab(folder());
    lab.options = {open: blind(lab)};
    lab.source(...tables);
    await lab.bulk();
    lab.source('UPDATE a SET x = 5 WHERE id = 2');
    expect(await lab.update()).toMatchObject({published: true, refresh: {kind: 'incremental'}});
  });
});
