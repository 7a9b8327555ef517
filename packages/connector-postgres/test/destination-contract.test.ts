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
    skip: {
      'keeps text without loss: NUL': 'PostgreSQL has no NUL in text, so `fit` refuses it',
      'keeps text without loss: only NUL': 'PostgreSQL has no NUL in text, so `fit` refuses it',
    },
  });
});
