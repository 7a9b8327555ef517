import type {Problem} from '@sluice/core';
import {quoteIdentifier, stagingHash, stagingName} from '@sluice/sql';
import {accountOf} from './about.ts';
import {asProblem, granted} from './check-source.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {Session} from './session.ts';

/**
 * Looks for everything that would keep a load from working, by doing it: a small table is made,
 * filled, changed, renamed and dropped. Its name is one of those that the next load would take away.
 */
export async function checkDestination(endpoint: MysqlEndpoint, signal: AbortSignal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  try {
    await using session = await Session.open(endpoint, 'write', signal);
    const name = quoteIdentifier('mysql', stagingName(stagingHash(endpoint.database, `check by ${session.server.threadId}`)));
    const other = quoteIdentifier('mysql', stagingName(stagingHash(endpoint.database, `check 2 by ${session.server.threadId}`)));
    const account = await accountOf(session, signal);
    const grant = (privilege: string) => `GRANT ${privilege} ON ${quoteIdentifier('mysql', endpoint.database)}.* TO ${account}`;
    const steps: readonly [what: string, sql: string, privilege: string][] = [
      ['create tables', `CREATE TABLE ${name} (id int PRIMARY KEY) ENGINE = InnoDB`, 'CREATE'],
      ['insert rows', `INSERT INTO ${name} VALUES (1)`, 'INSERT'],
      ['select rows', `SELECT * FROM ${name} LIMIT 0`, 'SELECT'],
      ['delete rows', `DELETE FROM ${name}`, 'DELETE'],
      ['alter tables', `ALTER TABLE ${name} ADD note int`, 'ALTER'],
      ['rename tables', `RENAME TABLE ${name} TO ${other}`, 'ALTER, DROP, CREATE, INSERT'],
      ['make temporary tables', 'CREATE TEMPORARY TABLE _sluice_changes (id int)', 'CREATE TEMPORARY TABLES'],
    ];
    const failed: string[] = [];
    for (const [what, sql, privilege] of steps) {
      // Without the table the rest would only say so again.
      if (failed.includes('create tables') && what !== 'make temporary tables') continue;
      const ask = sql.startsWith('SELECT') ? session.rows(sql, signal, `privilege to ${what}`) : session.run(sql, signal, `privilege to ${what}`);
      await ask.catch((error: unknown) => {
        failed.push(what);
        problems.push(granted(error, grant(privilege)));
      });
      if (!session.alive) return problems;
    }
    for (const table of [name, other]) {
      await session.run(`DROP TABLE IF EXISTS ${table}`, signal, 'privilege to drop tables').catch((error: unknown) => problems.push(granted(error, grant('DROP'))));
    }
  } catch (error) {
    signal.throwIfAborted();
    problems.push(asProblem(error));
  }
  signal.throwIfAborted();
  return problems;
}
