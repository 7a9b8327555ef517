import {cpSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {ageTransform, defaultStudy} from '@sluice/transform-age';
import {describe, expect, test} from 'vitest';
import {runRefresh, type RefreshJob} from '../src/index.ts';
import {Failing, InjectedFailure, type Failure} from './failing.ts';
import {contentOf, folders, Lab, never, run} from './lab.ts';
import {memory, type Held} from './stores.ts';

const folder = folders();

/** Tables of every kind of key, one whose values come from another, one with constraints that are proved by all rows. */
export const tables = [
  'CREATE TABLE gen_twins (familyid INT NOT NULL, twin INT NOT NULL, dateofbirth TEXT, PRIMARY KEY (familyid, twin))',
  "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 25) INSERT INTO gen_twins SELECT i, 1, '1990-01-' || (i % 20 + 10) FROM c",
  'CREATE TABLE data_4_tr (familyid INTEGER PRIMARY KEY, packsent TEXT)', "INSERT INTO data_4_tr SELECT familyid, '2005-02-01' FROM gen_twins",
  'CREATE TABLE data_4_au_t (familyid INT NOT NULL, twin INT NOT NULL, x TEXT, PRIMARY KEY (familyid, twin)) WITHOUT ROWID', "INSERT INTO data_4_au_t SELECT familyid, twin, 'x' || familyid FROM gen_twins",
  'CREATE TABLE proved (id INTEGER PRIMARY KEY, x TEXT UNIQUE, CHECK (id > 0))', 'INSERT INTO proved SELECT familyid, \'x\' || familyid FROM gen_twins',
  'CREATE TABLE loose (x TEXT)', 'INSERT INTO loose SELECT x FROM proved WHERE id < 5',
  'CREATE VIEW v AS SELECT x FROM proved',
];
const edits = [
  "UPDATE gen_twins SET dateofbirth = '1989-05-05' WHERE familyid = 12", "UPDATE proved SET x = 'new' WHERE id = 7", 'DELETE FROM proved WHERE id = 20', "INSERT INTO loose VALUES ('more')",
  'CREATE TABLE another (id INTEGER PRIMARY KEY, x)', "INSERT INTO another VALUES (1, 'a'), (2, 'b')", 'DROP VIEW v', 'CREATE VIEW w AS SELECT x FROM loose',
];
export const options = {maxRows: 5, commitRows: 10, rules: () => [ageTransform({...defaultStudy, phases: {4: {table: 'data_4_tr', column: 'packsent'}}, people: {twin: defaultStudy.people['twin']!}})]};

/** What lies there after some runs: the files, and what is remembered. */
export interface State {
  readonly folder: string;
  readonly memory: Held;
}

let copies = 0;
function copyOf(state: State): State {
  const to = join(state.folder, '..', `copy-${++copies}`);
  cpSync(state.folder, to, {recursive: true});
  return {folder: to, memory: memory(state.memory)};
}

/** A run of which one call fails. Resolves with what is there afterwards. */
export async function attempt(state: State, from: string, kind: RefreshJob['kind'], failure: Failure): Promise<{readonly state: State; readonly failing: Failing}> {
  let left = state;
  const failing = new Failing(failure, () => { left = copyOf(state); });
  const lab = new Lab(state.folder, {...options, memory: state.memory}, from);
  {
    await using source = failing.source(lab.openSource());
    await using destination = failing.destination(lab.openDestination());
    const {cause} = await runRefresh({...lab.job(kind), ...failing.memory(state.memory), source, destination}, never);
    if (cause !== undefined && !(cause instanceof InjectedFailure)) throw cause as Error;
    // A batch read ahead that nobody asked for in the end may fail.
    if (cause === undefined && failing.failed !== null && failing.failed !== 'source.read') throw new Error(`nobody heard of the failure of ${failing.failed}`);
  }
  return {state: left, failing};
}

/** The states before a run, with what the file may be after it; made once. */
async function prepare(kind: 'first' | 'full' | 'changes'): Promise<{readonly before: State; readonly from: string; readonly kind: RefreshJob['kind']; readonly old: unknown; readonly fresh: unknown}> {
  const root = folder();
  const before: State = {folder: join(root, 'before'), memory: memory()};
  mkdirSync(before.folder);
  const from = join(root, 'from.db');
  run(from, ...tables);
  const lab = new Lab(before.folder, {...options, memory: before.memory}, from);
  let old: unknown = null;
  if (kind !== 'first') {
    await lab.bulk();
    old = contentOf(lab.target);
    run(from, ...edits);
  }
  const other = new Lab(folder(), options, from);
  await other.bulk();
  return {before, from, kind: kind === 'changes' ? 'changes' : 'full', old, fresh: contentOf(other.target)};
}

const live = ({folder: path}: State): unknown => {
  try {
    return contentOf(join(path, 'live.db'));
  } catch {
    return null;
  }
};

/** The law of one kind of run; each kind has a file of its own, so that they run side by side. */
export function crashLaw(what: 'first' | 'full' | 'changes'): void {
  describe(`whatever call fails (${what} run): the next run makes what an undisturbed one makes`, () => {
    test.for<Failure>([
      {how: 'error', when: 'before'}, {how: 'error', when: 'after'}, {how: 'crash', when: 'before'}, {how: 'crash', when: 'after'},
    ])('%o', {timeout: 240_000}, async failure => {
      const {before, from, kind, old, fresh} = await prepare(what);
      let failures = 0;
      const seen = new Set<string>();
      for (let at = 1; ; at++) {
        const {state, failing} = await attempt(copyOf(before), from, kind, {...failure, at});
        if (failing.failed === null) break;
        const place = `${failure.how} ${failure.when} call ${at}, ${failing.failed}`;
        seen.add(failing.failed);
        failures++;
        // The live file is the old one or the new one, whole.
        expect([old, fresh], place).toContainEqual(live(state));
        const again = new Lab(state.folder, {...options, memory: state.memory}, from);
        const {report, cause} = await again.attempt(kind);
        if (cause !== undefined) throw new Error(`the second run failed after ${place}`, {cause});
        expect(report.status, place).toBe('ok');
        // What a run made that died before it could remember it is not somebody else's.
        expect(report.warnings, place).toEqual([]);
        if (kind === 'changes' && ((failing.failed === 'load.publish' && failure.when === 'after') || failing.failed === 'store.adopt')) expect(report.refresh?.kind, place).toBe('none');
        expect(live(state), place).toEqual(fresh);
        again.expectNothingLeft();
        expect((await again.update()).refresh?.kind, place).toBe('none');
        expect(state.memory, place).toMatchObject({pending: null, entries: []});
        rmSync(state.folder, {recursive: true});
      }
      expect(failures).toBeGreaterThan(40);
      for (const call of ['source.digestRanges', 'source.read', 'load.publish', 'load.seal', 'store.savePending', 'store.adopt', 'log.remove', 'writer.commit', ...what === 'changes' ? ['writer.remove'] : ['log.append']]) {
        expect(seen, call).toContain(call);
      }
    });
  });
}
