import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {folders} from './support/folder.ts';

const folder = folders();
const apps = join(import.meta.dirname, '../../../apps');

// What is loaded decides how long a start takes, and unlike time it can be asserted on any machine.
function loaded(app: string, words: readonly string[], cwd: string): readonly string[] {
  const {status, stderr} = spawnSync(process.execPath, [join(apps, app, 'bundle/main.js'), ...words], {
    cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: {PATH: process.env['PATH'], HOME: cwd, NODE_DEBUG: 'esm,module'},
  });
  expect(status).toBe(0);
  return [...new Set(stderr.match(/(?<=file:\/\/|load ")\/[^\s'"]+\.(?:m?js|cjs)/g))];
}

describe('a program starts from its bundle', () => {
  test.each(['sluice', 'mysql-to-sqlite', 'mongo-to-psql', 'socrata-gather'] as const)('%s says its version from ten files', name => {
    const files = loaded(name, ['--version'], folder().path);
    expect(files.filter(file => file.endsWith('/bundle/main.js'))).toHaveLength(1);
    expect(files.length).toBeLessThan(10);
  });

  test('a copy loads fifty files and neither the connectors nor the libraries that it does not need', () => {
    const place = folder();
    new Database(place.at('from.db')).exec('CREATE TABLE one (id integer PRIMARY KEY)').close();
    const files = loaded('sluice', ['copy', 'sqlite:from.db', 'sqlite:to.db'], place.path);
    expect(files.length).toBeLessThan(50);
    const ours = files.filter(file => file.includes('/bundle/'));
    expect(ours.length).toBeGreaterThan(5);
    for (const heavy of ['/mongodb/', '/mysql2/', '/winston/', '/yaml/', '/libphonenumber-js/']) expect(files.filter(file => file.includes(heavy))).toEqual([]);
    // Their modules are in files of the bundle, each named in a comment.
    const modules = ours.map(file => readFileSync(file, 'utf8')).join('\n');
    for (const other of ['postgres', 'mysql', 'mongodb', 'socrata', 'files']) expect(modules).not.toMatch(new RegExp(`^// .*packages/connector-${other}/`, 'm'));
    expect(modules).toMatch(/^\/\/ .*packages\/connector-sqlite\//m);
  });
});
