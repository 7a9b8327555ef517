import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {PostgresSource} from '../src/source.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.skipIf(postgres === null)('a condition that fails while it is read by', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(postgres!);
    await lab.run(`CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 1), (2, 0); ALTER TABLE t OWNER TO ${lab.user}; CREATE SEQUENCE s; ALTER SEQUENCE s OWNER TO ${lab.user}`);
    await lab.run("CREATE FUNCTION strict_one(n int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$BEGIN IF n <> 1 THEN RAISE 'not one'; END IF; RETURN true; END$$");
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test.each([
    ['1 / n > 0', 'table t: its condition fails (SQLSTATE 22012)', 'correct the condition'],
    ['strict_one(n)', 'table t: its condition fails (SQLSTATE P0001)', 'correct the condition'],
    ["nextval('s') > 0", 'table t: its condition would write (SQLSTATE 25006)', 'use a condition that only reads'],
  ])('%s is told as its failure, and the source reads on', async (where, message, remedy) => {
    await using source = new PostgresSource(lab.endpoint());
    const schema = (await source.discover(signal)).tables[0]!;
    expect(await source.checkFilter(schema, where, signal)).toBeNull();
    const read = async (condition: string) => {
      let rows = 0;
      for await (const batch of source.read({schema, where: condition, after: null, maxRows: 10, maxBytes: 1e6}, signal)) rows += batch.rows.length;
      return rows;
    };
    await expect(read(where)).rejects.toMatchObject({code: 'SLUICE_VALUE', message, remedy: expect.stringContaining(remedy), context: {table: 't'}});
    expect(await read('n = 1')).toBe(1);
  });
});
