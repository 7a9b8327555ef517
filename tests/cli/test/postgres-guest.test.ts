import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {folders} from './support/folder.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice} from './support/program.ts';
import {documentOf, reportOf} from './support/report.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();

describe.skipIf(!postgres)('a copy that takes little of a server', () => {
  let source: PostgresDatabase;
  beforeAll(async () => {
    source = await openPostgres(postgres!);
    await source.run('CREATE TABLE t (id int PRIMARY KEY)', 'INSERT INTO t SELECT generate_series(1, 150)');
  });
  afterAll(async () => { await source.drop(); });

  test('reads no more rows a second than it is told', async () => {
    const report = reportOf(await sluice(['copy', source.url, 'sqlite:out.db', '--max-rows-per-second', '100', '--json'], {cwd: folder().path}));
    expect(report).toMatchObject({status: 'ok', tables: [{rowsWritten: 150}]});
    expect(report.tables[0]!.seconds).toBeGreaterThanOrEqual(1.4);
  });

  test('waits for locks and statements as long as it is told; the URL of an end counts first', async () => {
    await source.run('BEGIN', 'LOCK TABLE t');
    try {
      const copy = (url: string, ...words: string[]) => sluice(['copy', url, 'sqlite:out.db', ...words], {cwd: folder().path});
      expect((await copy(source.url, '--lock-timeout', '0.2')).stderr).toMatch(/another transaction holds a lock/);
      expect((await copy(source.url, '--statement-timeout', '0.2')).stderr).toMatch(/SQLSTATE 57014.*statementTimeout/);
      expect((await copy(`${source.url}?lockTimeout=0.2`, '--lock-timeout', '60')).stderr).toMatch(/another transaction holds a lock/);
    } finally {
      await source.run('ROLLBACK');
    }
    const ended = await sluice(['copy', 'sqlite:a.db', 'sqlite:b.db', '--lock-timeout', '1', '--json'], {cwd: folder().path});
    expect(ended).toMatchObject({code: 2, stderr: expect.stringMatching(/neither end is a server.*; leave/) as string});
    expect(documentOf(ended)).toMatchObject({status: 'failed'});
  });

  test('reads in chunks, says so, and says where that cannot be', async () => {
    const place = folder();
    const report = reportOf(await sluice(['copy', source.url, 'sqlite:out.db', '--consistency', 'chunks', '--json'], {cwd: place.path}));
    expect(report).toMatchObject({status: 'ok', verification: {status: 'passed'}, source: {snapshot: null}, warnings: [expect.stringContaining('read in chunks')]});
    expect(rowsOf(place.at('out.db'), 'SELECT count(*), sum(id) FROM t')).toEqual([[150n, 11_325n]]);
    const ended = await sluice(['copy', 'sqlite:out.db', 'sqlite:other.db', '--consistency', 'chunks'], {cwd: place.path});
    expect(ended).toMatchObject({code: 2, stderr: expect.stringMatching(/error: this copy cannot be made in chunks: .*; use --consistency snapshot/) as string});
  });
});
