import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Schema} from '@sluice/core';
import {openLab, servers, type Lab} from './lab.ts';
import {readPlain} from './plain-read.ts';

const small: Schema = {table: 'small', columns: [{name: 'id', type: 'int', nullable: false}], primaryKey: ['id']};

for (const server of servers) {
  describe(`the plain reader on ${server.kind}`, () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await openLab(server);
      for (const name of ['small', 'other']) {
        await lab.run(`CREATE TABLE ${name} (id int PRIMARY KEY)`);
        await lab.run(`INSERT INTO ${name} VALUES (1)`);
      }
    });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    test('sees no table where there is none', async () => {
      expect(await readPlain(lab, {...small, table: 'none'})).toBeNull();
    });

    test('never misses a table that is exchanged while it looks', async () => {
      const swap = {over: false};
      const swaps = (async () => {
        for (let i = 0; i < 200; i++) await lab.run('RENAME TABLE small TO away, other TO small, away TO other');
        swap.over = true;
      })();
      const reading = async () => {
        while (!swap.over) expect(await readPlain(lab, small)).toEqual([[1]]);
      };
      await Promise.all([swaps, reading(), reading(), reading()]);
    }, 60_000);
  });
}
