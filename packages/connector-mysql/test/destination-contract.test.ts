import {afterAll, beforeAll, describe} from 'vitest';
import {Secret} from '@sluice/core';
import {describeDestination} from '@sluice/testkit';
import {MysqlDestination} from '../src/index.ts';
import {openLab, quote, servers, type Lab} from './lab.ts';
import {readPlain} from './plain-read.ts';

for (const server of servers) {
  describe(server.kind, () => {
    let lab: Lab;
    beforeAll(async () => { lab = await openLab(server); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });
    const names = async (type: string) =>
      (await lab.rows(`SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${lab.database}' AND TABLE_TYPE = '${type}'`)).map(row => String(row[0]));

    describeDestination(server.kind, {
      async reset() {
        await lab.killAll();
        await lab.run('SET SESSION foreign_key_checks = 0');
        for (const name of await names('VIEW')) await lab.run(`DROP VIEW ${quote(name)}`);
        const tables = await names('BASE TABLE');
        if (tables.length > 0) await lab.run(`DROP TABLE ${tables.map(quote).join(', ')}`);
      },
      async connect() {
        return new MysqlDestination(lab.endpoint());
      },
      readBack: schema => readPlain(lab, schema),
      listTables: async () => [...await names('BASE TABLE'), ...await names('VIEW')].filter(name => name !== '_sluice_position'),
      crash: () => lab.killAll(),
      kill: () => lab.killAll(),
      serverConnections: async () => (await lab.threads()).length,
      async broken() {
        const secret = 'not-the-password-83c1';
        return {it: new MysqlDestination({...lab.endpoint(), password: new Secret(secret)}), secrets: [secret], problems: 1};
      },
      skip: server.kind === 'mariadb' ? {'keeps float without loss: minus zero': 'MariaDB stores 0 for it, so `fit` refuses it'} : {},
    });
  });
}
