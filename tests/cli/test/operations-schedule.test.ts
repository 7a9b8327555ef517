import {spawn, spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {studyDatabase, studyPolicy} from './support/study-database.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/guides/scheduling.md'), 'utf8');
const block = (language: string) => [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!);
const [crontab = ''] = block('crontab');
const [configuration = ''] = block('yaml');
const [environment = ''] = block('sh');
/** By the file's name, as the page says it. */
const units = new Map([...page.matchAll(/`\/etc\/systemd\/system\/([\w.-]+)`:\n\n```ini\n([^]*?)```/g)].map(([, name, text]) => [name!, text!]));

/** Cron: variables first, then lines of five fields, a user and a command, in which `%` would be a line break. */
const variables = Object.fromEntries([...crontab.matchAll(/^([A-Z]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
const jobs = [...crontab.matchAll(/^(?:[\d*/,-]+ ){5}(\S+) (.+)$/gm)].map(([, user, command]) => ({user, command: command!}));

const folder = folders();
/** The places of the page, inside a folder. */
const moved = (text: string, place: Folder) => text
  .replaceAll('/opt/sluice', root).replaceAll(/(?<![\w/])\/(etc\/sluice|var\/lib\/sluice|var\/log\/sluice|srv\/collab)/g, (_, path: string) => place.at(path));

/** A command with the environment that is given, and nothing of ours. */
function run(command: string, env: Record<string, string>, cwd: string) {
  const child = spawn('/bin/sh', ['-c', command], {env, cwd, stdio: ['ignore', 'pipe', 'pipe']});
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  return new Promise<{readonly code: number | null; readonly output: string}>(resolve => child.on('close', code => resolve({code, output})));
}

test('the page has the lines and units that it speaks of', () => {
  expect(jobs).toHaveLength(2);
  for (const {user, command} of jobs) expect([user, command.includes('%')]).toEqual(['sluice', false]);
  expect([...units.keys()].sort()).toEqual(['sluice-check.service', 'sluice-check.timer', 'sluice-study.service', 'sluice-study.timer']);
});

describe.skipIf(!mariadb)('by a clock', () => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(mariadb!);
    await source.run(...studyDatabase);
  });
  afterAll(async () => { await source.drop(); });

  function deploy(): Folder {
    const place = folder();
    for (const path of ['var/lib/sluice', 'srv/collab/archive']) mkdirSync(place.at(path), {recursive: true});
    const url = new URL(source.url);
    const password = decodeURIComponent(url.password);
    url.password = '';
    place.write('etc/sluice/study.yaml', moved(configuration, place).replace(/^source: .*$/m, `source: ${JSON.stringify(url.href)}`).replace(/^study: .*$/m, 'study: none'));
    place.write('etc/sluice/policy.yaml', studyPolicy.replace(/^ {2}"\*": .*$\n/m, ''));
    place.write('etc/sluice/study.env', environment.replace(/'.*'/, `'${password}'`));
    return place;
  }
  /** `node` of the page is any; here it is the one that runs the tests. */
  const withNode = (text: string) => text.replaceAll(/(?:\/usr\/bin\/)?node (?=\S+\.js )/g, `${process.execPath} `);
  const logs = (place: Folder) => readdirSync(place.at('var/log/sluice')).map(name => name.replace(/-[\d-]+\.log$/, '')).sort();

  test('the lines of the crontab do as they are, silently when all is well', async () => {
    const place = deploy();
    const env = {SHELL: variables['SHELL']!, PATH: variables['PATH']!, HOME: place.path, LOGNAME: 'sluice', USER: 'sluice'};
    const [update, check] = jobs.map(({command}) => withNode(moved(command, place)));
    const first = await run(update!, env, '/');
    expect([first.code, first.output.replace(/^warning: .*\n/gm, '')]).toEqual([0, '']);
    expect(await run(check!, env, '/')).toEqual({code: 0, output: ''});
    expect(logs(place)).toEqual(expect.arrayContaining(['daily', 'debug']));
    expect(logs(place)).not.toContain('breakdown');
    place.write('etc/sluice/policy.yaml', 'version: 1\ntables: {}\n');
    expect((await run(update!, env, '/')).code).toBe(2);
    expect(await run(check!, env, '/')).toMatchObject({code: 1, output: expect.stringContaining('failed with SLUICE_UNDECIDED')});
    expect(logs(place)).toContain('breakdown');
    const empty = deploy();
    expect(await run(withNode(moved(jobs[1]!.command, empty)), env, '/')).toMatchObject({code: 1, output: expect.stringContaining('no run is remembered yet')});
  });

  test('the commands of the units do, with the variables of their environment file', async () => {
    const place = deploy();
    const env = {PATH: '/usr/local/bin:/usr/bin:/bin', HOME: place.path, LANG: 'C.UTF-8', USER: 'sluice', LOGNAME: 'sluice'};
    const command = (unit: string) => withNode(moved(/^ExecStart=(.*)$/m.exec(units.get(unit)!)![1]!, place));
    const cwd = place.at('var/lib/sluice');
    const password = /='(.*)'/.exec(readFileSync(place.at('etc/sluice/study.env'), 'utf8'))![1]!;
    expect((await run(command('sluice-study.service'), {...env, SLUICE_SOURCE_PASSWORD: password}, cwd)).code).toBe(0);
    expect(await run(command('sluice-check.service'), env, cwd)).toMatchObject({code: 0, output: expect.stringContaining('good, the last run was')});
  });

  test.skipIf(spawnSync('systemd-analyze', ['--version']).error !== undefined)('systemd finds nothing wrong with the units', () => {
    const place = deploy();
    for (const [name, text] of units) place.write(`units/${name}`, withNode(moved(text, place)));
    const {status, stdout, stderr} = spawnSync('systemd-analyze', ['verify', ...[...units.keys()].map(name => place.at('units', name))], {encoding: 'utf8'});
    // Users and pages are those of the machine it is for.
    const said = `${stdout}${stderr}`.split('\n').filter(line => line.includes('sluice-'));
    expect([status, said]).toEqual([0, []]);
  });
});
