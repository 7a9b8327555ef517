import {afterAll, beforeAll, describe} from 'vitest';
import {Secret} from '@sluice/core';
import {describeSource} from '@sluice/testkit';
import {PostgresSource} from '../src/index.ts';
import {columnType, insertRows, openLab, postgres, quote, type Lab} from './lab.ts';

describe.skipIf(postgres === null)('postgres', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  describeSource('postgres', {
    forks: true,
    async seed(fixtures) {
      for (const {schema: {table, columns, primaryKey}, rows} of fixtures) {
        const list = columns.map(column => `${quote(column.name)} ${columnType(column)} ${column.nullable ? 'NULL' : 'NOT NULL'}`);
        if (primaryKey.length > 0) list.push(`PRIMARY KEY (${primaryKey.map(quote).join(', ')})`);
        await lab.run(`CREATE TABLE ${quote(table)} (${list.join(', ')})`);
        await insertRows(lab, table, rows);
      }
    },
    async connect() {
      return new PostgresSource(lab.endpoint());
    },
    // Times beyond a day are intervals here, and 64 bits without a sign are decimals.
    reads: column => column.type === 'time' ? {type: 'text'} : column.unsigned64 ? {type: 'decimal', value: String} : null,
    serverConnections: () => lab.backends(),
    kill: () => lab.killAll(),
    async broken() {
      const secret = 'not-the-password-83c1';
      return {it: new PostgresSource({...lab.endpoint(), password: new Secret(secret)}), secrets: [secret], problems: 1};
    },
    async insert({schema: {table}}, row) {
      await insertRows(lab, table, [row]);
    },
    bytesFetched: () => lab.proxy.bytesToClient,
    skip: {
      'carries text without loss: NUL': 'PostgreSQL has no NUL in text',
      'carries text without loss: only NUL': 'PostgreSQL has no NUL in text',
    },
  });
});
