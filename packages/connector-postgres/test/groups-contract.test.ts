import {afterAll, beforeAll, describe} from 'vitest';
import {describeGroups} from '@sluice/testkit';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, quote, type Lab} from './lab.ts';
import {readPlain} from './plain-read.ts';

describe.skipIf(postgres === null)('postgres', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  describeGroups('postgres', {
    async reset() {
      await lab.killAll();
      const tables = await lab.rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'");
      if (tables.length > 0) await lab.run(`DROP TABLE ${tables.map(([name]) => quote(name!)).join(', ')} CASCADE`);
    },
    async connect() {
      return new PostgresDestination(lab.endpoint());
    },
    readBack: schema => readPlain(lab, schema),
    crash: () => lab.killAll(),
    serverConnections: () => lab.backends(),
    unholdable: [
      {column: {name: 'day', type: 'date', nullable: true}, value: '0000-00-00'},
      {column: {name: 'note', type: 'text', nullable: true}, value: 'a\0b'},
      {column: {name: 'price', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: '1234.5'},
    ],
  });
});
