import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {MysqlSource} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.each(servers)('a condition on $kind', it => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(it);
    await lab.run('CREATE TABLE t (id int PRIMARY KEY, n bigint unsigned)');
    await lab.run('INSERT INTO t VALUES (1, 1), (2, 0)');
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('that fails for a row is told as a failure of the condition, and the source reads on', async () => {
    await using source = new MysqlSource(lab.endpoint());
    const schema = (await source.discover(signal)).tables[0]!;
    expect(await source.checkFilter(schema, 'n - 1 >= 0', signal)).toBeNull();
    const read = async (where: string) => {
      let rows = 0;
      for await (const batch of source.read({schema, where, after: null, maxRows: 10, maxBytes: 1e6}, signal)) rows += batch.rows.length;
      return rows;
    };
    await expect(read('n - 1 >= 0')).rejects.toMatchObject({code: 'SLUICE_VALUE', message: 'table t: its condition fails (error 1690)', remedy: expect.stringContaining('correct the condition')});
    await expect(source.profile({schema, where: 'n - 1 >= 0'}, signal)).rejects.toMatchObject({message: 'table t: its condition fails (error 1690)'});
    expect(await read('n = 1')).toBe(1);
  });
});
