import {readFileSync} from 'node:fs';
import {ErrorCode, type Gate, type Problem, type Staged} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {runRefresh, type RefreshJob} from '../src/index.ts';
import {folders, Lab, never} from './lab.ts';

const folder = folders();
const tables = ['CREATE TABLE a (id INTEGER PRIMARY KEY, x)', 'INSERT INTO a VALUES (1, 1), (2, 2)', 'CREATE TABLE b (id INTEGER PRIMARY KEY, x)', 'INSERT INTO b VALUES (1, 1)'];

/** What it was shown: per table the rows counted and the rows read. */
interface Seen {
  live: boolean;
  rows: Record<string, readonly [number | null, number, number]>;
}

function gate(seen: Seen[], problems: readonly Problem[] = []): Gate {
  return {
    name: 'certificate',
    async examine({source, tables: staged, live, readRows}: Staged) {
      const rows: Seen['rows'] = {};
      for (const {source: schema, out, rows: counted} of staged) {
        let written = 0;
        for await (const batch of readRows(out, {maxRows: 10, maxBytes: 1 << 20}, never)) written += batch.rows.length;
        let original = 0;
        for await (const batch of source.read({schema, after: null, maxRows: 10, maxBytes: 1 << 20}, never)) original += batch.rows.length;
        rows[schema.table] = [counted, written, original];
      }
      seen.push({live, rows});
      return problems;
    },
  };
}

const problem = {path: 'a.x', message: 'its values are known'};

describe('a gate', () => {
  test('sees everything that will be live: what a run makes, what it patches, what it leaves', async () => {
    const lab = new Lab(folder()).source(...tables);
    const seen: Seen[] = [];
    await lab.bulk({gates: [gate(seen)]});
    lab.source('INSERT INTO b VALUES (2, 2), (3, 3)');
    expect(await lab.update({gates: [gate(seen)]})).toMatchObject({published: true, refresh: {kind: 'incremental'}});
    expect(seen).toEqual([{live: false, rows: {a: [2, 2, 2], b: [1, 1, 1]}}, {live: false, rows: {a: [2, 2, 2], b: [3, 3, 3]}}]);
    await lab.sameAsFresh();
  });

  test('with a problem keeps a full copy and an update back: the file stays, and so does what is known of it', async () => {
    const lab = new Lab(folder()).source(...tables);
    await lab.bulk();
    const before = readFileSync(lab.target);
    lab.source('UPDATE a SET x = 7 WHERE id = 1');
    for (const kind of ['full', 'changes'] as const) {
      const {report, receipts} = await lab.attempt(kind, {gates: [gate([], [problem])]});
      expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.RELEASE, problems: [problem]}});
      expect(receipts).toEqual([]);
      expect(readFileSync(lab.target).equals(before)).toBe(true);
      lab.expectNothingLeft();
    }
    expect(await lab.update({gates: [gate([])]})).toMatchObject({published: true});
    await lab.sameAsFresh();
  });

  test('of a run that changes nothing sees what is live, and its problem fails the run', async () => {
    const lab = new Lab(folder()).source(...tables);
    await lab.bulk();
    const before = readFileSync(lab.target);
    const seen: Seen[] = [];
    expect(await lab.update({gates: [gate(seen)]})).toMatchObject({status: 'ok', published: false, refresh: {kind: 'none'}});
    expect(seen).toEqual([{live: true, rows: {a: [2, 2, 2], b: [1, 1, 1]}}]);
    const {report, receipts} = await lab.attempt('changes', {gates: [gate([], [problem])]});
    expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.RELEASE, message: 'certificate found a problem: what is live should not be'}});
    expect(receipts).toEqual([]);
    expect(readFileSync(lab.target).equals(before)).toBe(true);
    expect(await lab.update()).toMatchObject({status: 'ok', refresh: {kind: 'none'}});
  });

  /** Runs with a gate that does something instead of examining. */
  async function runWith(lab: Lab, kind: RefreshJob['kind'], act: () => void, signal: AbortSignal) {
    await using source = lab.openSource();
    await using destination = lab.openDestination();
    return await runRefresh({...lab.job(kind), source, destination, gates: [{name: 'certificate', examine: async ({tables, readRows}) => {
      // In the middle of a table, so that its reading has to be ended, too.
      for await (const _ of readRows(tables[0]!.out, {maxRows: 1, maxBytes: 1 << 20}, never)) act();
      return [];
    }}]}, signal);
  }

  test.for<[what: string, kind: RefreshJob['kind'], changes: boolean]>([
    ['a full copy', 'full', true], ['an update', 'changes', true], ['an update with nothing to do', 'changes', false],
  ])('that fails, or is interrupted, keeps %s back, and leaves nothing behind', async ([, kind, changes]) => {
    const lab = new Lab(folder()).source(...tables);
    await lab.bulk();
    const before = readFileSync(lab.target);
    if (changes) lab.source('UPDATE a SET x = 7 WHERE id = 1');
    const broken = await runWith(lab, kind, () => { throw new Error('the gate broke'); }, never);
    expect(broken).toMatchObject({report: {status: 'failed', published: false}, receipts: []});
    const stop = new AbortController();
    const interrupted = await runWith(lab, kind, () => stop.abort(), stop.signal);
    expect(interrupted).toMatchObject({report: {status: 'interrupted', published: false}, receipts: []});
    expect(readFileSync(lab.target).equals(before)).toBe(true);
    lab.expectNothingLeft();
    expect(await lab.update({gates: [gate([])]})).toMatchObject({status: 'ok', published: changes});
    await lab.sameAsFresh();
  });
});
