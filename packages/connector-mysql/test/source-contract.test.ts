import {afterAll, beforeAll, describe, test} from 'vitest';
import {unpackRows} from '@sluice/checksum';
import {Secret} from '@sluice/core';
import {describeSource} from '@sluice/testkit';
import {MysqlSource} from '../src/index.ts';
import {columnType, insertRows, openLab, quote, servers, type Lab} from './lab.ts';

test.skipIf(servers.length > 0)('needs MariaDB or MySQL', () => {});

for (const server of servers) {
  describe(server.kind, () => {
    let lab: Lab;
    beforeAll(async () => { lab = await openLab(server); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    describeSource(server.kind, {
      forks: true,
      unpack: unpackRows,
      async seed(fixtures) {
        for (const {schema: {table, columns, primaryKey}, rows} of fixtures) {
          const list = columns.map(column =>
            `${quote(column.name)} ${columnType(column, lab.kind, primaryKey.includes(column.name))} ${column.nullable ? 'NULL' : 'NOT NULL'}`);
          if (primaryKey.length > 0) list.push(`PRIMARY KEY (${primaryKey.map(quote).join(', ')})`);
          await lab.run(`CREATE TABLE ${quote(table)} (${list.join(', ')})`);
          await insertRows(lab, table, rows);
        }
      },
      async connect() {
        return new MysqlSource(lab.endpoint());
      },
      reads: column => column.type === 'bool' ? {type: 'int', value: Number}
        : column.type === 'uuid' && server.kind === 'mysql' ? {type: 'text'} : null,
      serverConnections: async () => (await lab.threads()).length,
      kill: () => lab.killAll(),
      async broken() {
        const secret = 'not-the-password-83c1';
        return {it: new MysqlSource({...lab.endpoint(), password: new Secret(secret)}), secrets: [secret], problems: 1};
      },
      async insert({schema: {table}}, row) {
        await insertRows(lab, table, [row]);
      },
      bytesFetched: () => lab.proxy.bytesToClient,
      skip: server.kind === 'mariadb' ? {'carries float without loss: minus zero': 'MariaDB stores 0 for it'} : {},
    });
  });
}
