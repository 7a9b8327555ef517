import {readFileSync} from 'node:fs';
import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {beforeEach, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {socrataGather, type Ended} from './support/program.ts';

const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
/** Sets the title of a window, clears it with a control sequence of eight bits, turns a line around, and says what we never said. */
const HOSTILE = '\u001b]0;owned\u0007\u009b2J\u202eteg\r\nerror: nothing is well';
const SHOWN = String.raw`\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}teg error: nothing is well`;

const COLUMNS = [
  {fieldName: 'number', dataTypeName: 'text', name: HOSTILE, description: HOSTILE}, {fieldName: 'odd\u202e\ufeff', dataTypeName: HOSTILE}, {fieldName: 'hidden\u202e', dataTypeName: 'text', flags: ['hidden']},
];
let server: SodaServer;
let table: SodaTable;
let place: Folder;
beforeEach(async () => {
  server = await startSoda();
  table = server.add({id: 'evil-0001', name: `Pets ${HOSTILE}`, description: HOSTILE, rows: [['"S1"', '{"a":1}', '"h"']], columns: COLUMNS});
  place = folder();
  return () => server[Symbol.asyncDispose]();
});

/** Nothing but lines reached the terminal, and none that the portal made. */
function harmless({stdout, stderr}: Ended): void {
  expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  expect(stdout + stderr).not.toMatch(/^error: nothing/m);
}

test('what a portal calls its data does not steer the terminal: list, describe, add, and the file that it writes', async () => {
  const ask = (...words: string[]) => socrataGather([...words, '--tls=false'], {cwd: place.path});
  const listed = await ask('list', server.host);
  harmless(listed);
  expect(listed.stdout).toContain(`Pets ${SHOWN}\n`);
  const described = await ask('describe', server.host, 'evil-0001');
  harmless(described);
  expect(described).toMatchObject({code: 0});
  expect(described.stdout).toContain(`Pets ${SHOWN}: ${SHOWN}\n1 row`);
  expect(described.stdout).toMatch(/^odd\\u\{202e\}.* unreadable +json$/m);
  expect(described.stdout).toContain(String.raw`not read: hidden\u{202e}: the publisher hides it`);
  for (const words of [['list', server.host], ['describe', server.host, 'evil-0001']]) {
    const told = await ask(...words, '--json');
    harmless(told);
    expect(JSON.stringify(JSON.parse(told.stdout))).toContain(JSON.stringify(`Pets ${HOSTILE}`).slice(1, -1));
  }
  const added = await ask('add', server.host, 'evil-0001', '--name', 'pets');
  harmless(added);
  expect(added).toMatchObject({code: 0});
  const file = readFileSync(place.at('topics.yaml'), 'utf8');
  harmless({...added, stdout: file, stderr: ''});
  expect(file).toContain(String.raw`# Pets \u{1b}]0;owned\u{7}`);
});

test('nor do names of columns in what a run, its log and a report say', async () => {
  place.write('topics.yaml', `topics:\n  pets: {source: '${server.host}', tls: false, dataset: evil-0001, table: pets}\nreports:\n  all: {sql: SELECT * FROM pets}\n`);
  const run = (...words: string[]) => socrataGather(words, {cwd: place.path});
  const first = await run('-t', 'pets');
  harmless(first);
  expect(first).toMatchObject({code: 0});
  table.reshape([...COLUMNS, {fieldName: 'new\u202e\u009b', dataTypeName: 'text'}]);
  for (const words of [['-t', 'pets', '--dry-run'], ['-t', 'pets'], ['status'], ['status', '--json'], ['report', 'all'], ['report', 'all', '--json']]) harmless(await run(...words));
});

test('a field whose name has a control character or a line of its own is none', async () => {
  for (const [at, fieldName] of ['a\u001b[2J', 'a\nb', 'a\u2028b'].entries()) {
    server.add({id: `evil-100${at}`, name: 'x', columns: [{fieldName, dataTypeName: 'text'}]});
    const described = await socrataGather(['describe', server.host, `evil-100${at}`, '--tls=false'], {cwd: place.path});
    harmless(described);
    expect(described).toMatchObject({code: 1, stdout: ''});
    expect(described.stderr).toContain('metadata names a field that a query cannot');
  }
});
