import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {folders, Lab, run} from './lab.ts';
import {memory} from './stores.ts';

const folder = folders();
const lab = () => new Lab(folder()).source('CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT)', "INSERT INTO a VALUES (1, 'x')", 'CREATE VIEW v AS SELECT x FROM a');

test('an update that copies everything says so at once, and why', async () => {
  const said: string[] = [];
  const logger = {debug: () => {}, warn: () => {}, error: () => {}, info: (text: string) => void said.push(text)};
  const one = lab();
  await one.update({logger});
  expect(said).toEqual(['there is no record of an earlier run for this target: copying everything']);
  await one.update({logger});
  await one.bulk({logger});
  expect(said).toHaveLength(1);
});

describe('a file of somebody else', () => {
  test.for(['changes', 'full'] as const)('is neither replaced nor touched by a first run (%s)', async kind => {
    const one = lab();
    run(one.target, 'CREATE TABLE accounts (x)', 'INSERT INTO accounts VALUES (1)', 'CREATE TABLE A (id)');
    const [before, names] = [readFileSync(one.target), readdirSync(one.folder)];
    const {report} = await one.attempt(kind);
    expect(report).toMatchObject({status: 'failed', published: false, error: {
      code: 'SLUICE_CONFIG', message: expect.stringMatching(/live\.db holds tables that this program did not make \(1 of them\)$/) as string, remedy: expect.stringMatching(/^name another target, or move it away/) as string,
    }});
    expect(readFileSync(one.target).equals(before)).toBe(true);
    expect(readdirSync(one.folder)).toEqual(names);
  });

  test('is refused by whoever only looks, too', async () => {
    const one = lab();
    run(one.target, 'CREATE TABLE accounts (x)');
    await expect(one.changes()).rejects.toThrow(/did not make/);
  });

  test.for(['changes', 'full'] as const)('is replaced when all it holds has names of the source: the superseded program made such ones (%s)', async kind => {
    const one = lab();
    run(one.target, 'CREATE TABLE A (old)', 'CREATE TABLE V (old)');
    await one.run(kind);
    await one.sameAsFresh();
  });

  test('is replaced when something else says that it is ours', async () => {
    const one = lab();
    run(one.target, 'CREATE TABLE accounts (x)');
    await one.update({known: async () => true});
    await one.sameAsFresh();
  });

  test('is no matter to a full run that has a record, be it one that cannot be read', async () => {
    const one = lab();
    await one.bulk();
    one.edit('CREATE TABLE mine (x)');
    await one.bulk();
    one.edit('CREATE TABLE mine (x)');
    const store = {...memory().store, load: async () => ({head: 'garbage', tables: new Map<string, string>()})};
    await one.bulk({store});
  });
});
