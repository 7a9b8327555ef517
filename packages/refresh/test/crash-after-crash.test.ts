import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {randomNumbers} from '@sluice/testkit';
import {expect, test} from 'vitest';
import {attempt, options, tables, type State} from './crash-law.ts';
import {folders, Lab, run} from './lab.ts';
import {memory} from './stores.ts';

const folder = folders();

test('crash after crash, the source changing in between: what is made in the end is what a fresh run makes', {timeout: 240_000}, async () => {
  const random = randomNumbers(7);
  const below = (n: number) => Math.floor(random() * n);
  const changes = [
    () => `UPDATE gen_twins SET dateofbirth = '198${below(9)}-05-05' WHERE familyid = ${1 + below(25)}`, () => `DELETE FROM proved WHERE id = ${1 + below(25)}`,
    () => `INSERT OR REPLACE INTO proved VALUES (${1 + below(60)}, 'r${below(1e9)}')`, () => `UPDATE data_4_au_t SET x = 'r${below(99)}' WHERE familyid = ${1 + below(25)}`,
    () => `UPDATE data_4_tr SET packsent = '2006-02-0${1 + below(9)}' WHERE familyid = ${1 + below(25)}`, () => `INSERT INTO loose VALUES ('r${below(99)}')`,
    () => `INSERT OR IGNORE INTO data_4_au_t VALUES (${below(60)}, 2, 'new')`, () => 'DELETE FROM loose', () => `DELETE FROM data_4_au_t WHERE familyid < ${below(12)}`, () => 'SELECT 1',
    // And back again: what a run before this one had seen.
    () => "UPDATE gen_twins SET dateofbirth = '1990-01-10'",
  ];
  let resumed = 0;
  for (let round = 0; round < 60; round++) {
    const root = folder();
    const from = join(root, 'from.db');
    run(from, ...tables);
    let state: State = {folder: join(root, 'target'), memory: memory()};
    mkdirSync(state.folder);
    const kind = round % 4 === 3 ? 'changes' : 'full';
    for (let crashes = 1 + below(4); crashes > 0; crashes--) {
      ({state} = await attempt(state, from, kind, {how: random() < 0.85 ? 'crash' : 'error', when: random() < 0.5 ? 'before' : 'after', at: 1 + below(kind === 'full' ? 75 : 90)}));
      if (random() < 0.8) run(from, changes[below(changes.length)]!(), changes[below(changes.length)]!());
    }
    const lab = new Lab(state.folder, {...options, memory: state.memory}, from);
    const report = await lab.run(kind);
    if (report.refresh?.resumed) resumed++;
    await lab.sameAsFresh();
    rmSync(root, {recursive: true});
  }
  expect(resumed).toBeGreaterThan(15);
});
