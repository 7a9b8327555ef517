import {afterAll, beforeAll, describe} from 'vitest';
import {Secret} from '@sluice/core';
import {describeDestination} from '@sluice/testkit';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, quote, type Lab} from './lab.ts';
import {readPlain} from './plain-read.ts';

describe.skipIf(postgres === null)('postgres', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  const names = async (kinds: string) =>
    (await lab.rows(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN (${kinds}) ORDER BY 1`)).map(row => row[0]!);

  describeDestination('postgres', {
    concurrent: true,
    leaves: true,
    async reset() {
      await lab.killAll();
      const tables = await names("'r'");
      if (tables.length > 0) await lab.run(`DROP TABLE ${tables.map(quote).join(', ')} CASCADE`);
    },
    async connect() {
      return new PostgresDestination(lab.endpoint());
    },
    readBack: schema => readPlain(lab, schema),
    // Indexes too, as far as they have a name of a load: they get their own when it is published.
    listTables: async () => [...await names("'r', 'v', 'm', 'S'"), ...(await names("'i'")).filter(name => name.startsWith('_sluice_'))].filter(name => !name.startsWith('_sluice_position')),
    crash: () => lab.killAll(),
    kill: () => lab.killAll(),
    serverConnections: () => lab.backends(),
    async broken() {
      const secret = 'not-the-password-83c1';
      return {it: new PostgresDestination({...lab.endpoint(), password: new Secret(secret)}), secrets: [secret], problems: 1};
    },
    unholdable: [
      {column: {name: 'day', type: 'date', nullable: true}, value: '0000-00-00'},
      {column: {name: 'partial', type: 'date', nullable: true}, value: '2024-02-00'},
      {column: {name: 'impossible', type: 'date', nullable: true}, value: '2023-02-29'},
      {column: {name: 'year', type: 'timestamp', nullable: true, scale: 0}, value: '0000-01-01 00:00:00'},
      {column: {name: 'at', type: 'timestamptz', nullable: true, scale: 6}, value: '0000-00-00 00:00:00.000000'},
      {column: {name: 'late', type: 'timestamp', nullable: true, scale: 6}, value: '2024-04-31 00:00:00.000000'},
      {column: {name: 'note', type: 'text', nullable: true}, value: 'a\0b'},
      {column: {name: 'short', type: 'text', nullable: true, maxLength: 3}, value: 'four'},
      {column: {name: 'price', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: '1234.5'},
      {column: {name: 'far', type: 'int', nullable: true}, value: 9_223_372_036_854_775_808n},
    ],
    skip: {
      'keeps text without loss: NUL': 'PostgreSQL has no NUL in text, so `fit` refuses it',
      'keeps text without loss: only NUL': 'PostgreSQL has no NUL in text, so `fit` refuses it',
    },
  });
});
