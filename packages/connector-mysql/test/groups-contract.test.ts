import {afterAll, beforeAll, describe} from 'vitest';
import {describeGroups} from '@sluice/testkit';
import {MysqlDestination} from '../src/index.ts';
import {openLab, quote, servers, type Lab} from './lab.ts';
import {readPlain} from './plain-read.ts';

for (const server of servers) {
  describe(server.kind, () => {
    let lab: Lab;
    beforeAll(async () => { lab = await openLab(server); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    describeGroups(server.kind, {
      async reset() {
        await lab.killAll();
        const tables = await lab.rows(`SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${lab.database}'`);
        if (tables.length > 0) await lab.run(`DROP TABLE ${tables.map(([name]) => quote(String(name))).join(', ')}`);
      },
      async connect() {
        return new MysqlDestination(lab.endpoint());
      },
      readBack: schema => readPlain(lab, schema),
      crash: () => lab.killAll(),
      serverConnections: async () => (await lab.threads()).length,
      unholdable: [
        {column: {name: 'ratio', type: 'float', nullable: true}, value: NaN},
        {column: {name: 'price', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: '1234.5'},
        {column: {name: 'short', type: 'text', nullable: true, maxLength: 3}, value: 'four'},
      ],
    });
  });
}
