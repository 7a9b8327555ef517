import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {hasOpenssl, makeCertificate, startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {beforeEach, describe, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {socrataGather, start} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const COLUMNS = [{fieldName: 'number', dataTypeName: 'text'}, {fieldName: 'fee', dataTypeName: 'number'}];
const rows = (count: number, from = 1) => Array.from({length: count}, (_, i) => [`"S${from + i}"`, `"${from + i}.10"`]);

describe('whatever a portal does, a run says in a sentence what it was, and the table is as it was', () => {
  let server: SodaServer;
  let table: SodaTable;
  let place: Folder;
  beforeEach(async () => {
    server = await startSoda();
    table = server.add({id: 'aaaa-bbbb', name: 'Pets', columns: COLUMNS, rows: rows(20)});
    place = folder();
    write({});
    expect(await gather()).toMatchObject({code: 0});
    return () => server[Symbol.asyncDispose]();
  });
  function write({source = server.host, dataset = 'aaaa-bbbb', tls = false, more = ''}: {readonly source?: string; readonly dataset?: string; readonly tls?: boolean; readonly more?: string}): void {
    place.write('topics.yaml', `topics:\n  pets: {source: '${source}', dataset: ${dataset}, table: pets, pageRows: 10${tls ? '' : ', tls: false'}${more}}\n`);
  }
  const gather = (...words: string[]) => socrataGather(['-t', 'pets', ...words], {cwd: place.path});
  const contents = () => rowsOf(place.at('socrata.db'), 'SELECT * FROM pets ORDER BY ":id"');
  const refused = async (says: RegExp, ...words: string[]) => {
    const before = contents();
    const ended = await gather(...words);
    expect(ended, ended.stderr).toMatchObject({code: 1, stdout: ''});
    expect(ended.stderr).toMatch(says);
    // One sentence, and no trace of a program.
    expect(ended.stderr).not.toMatch(/\n\s+at |internal error/);
    expect(contents()).toEqual(before);
    const [last] = rowsOf(place.at('socrata.db'), 'SELECT status, error, rows_in_table FROM import_run ORDER BY started_at DESC LIMIT 1');
    expect(last).toEqual(['failed', expect.stringMatching(/./), null]);
  };

  test('a data set that is not there, and one that is private', async () => {
    server.add({id: 'priv-ate1', name: 'Private', columns: COLUMNS, rows: rows(1), isPrivate: true});
    write({dataset: 'zzzz-zzzz'});
    await refused(/there is no data set zzzz-zzzz.*check the id/s);
    write({dataset: 'priv-ate1'});
    await refused(/data set priv-ate1 may not be read like this.*it is private, or the portal wants to know who asks/s);
  });

  test('a host that is no portal, one that is not there, and a redirect to another', async () => {
    const page = createServer((_, response) => { response.writeHead(404, {'content-type': 'text/html'}).end('<html>'); }).listen(0, '127.0.0.1');
    await once(page, 'listening');
    const host = `127.0.0.1:${(page.address() as AddressInfo).port}`;
    try {
      write({source: host});
      await refused(/does not answer as a Socrata portal: it answers 404/);
      write({});
      server.fail('metadata', {kind: 'redirect', to: `http://${host}/elsewhere`});
      await refused(new RegExp(`redirects to another host, ${host}.*nothing was sent there`, 's'));
    } finally {
      page.close();
    }
  });

  test('a column that was retyped, and one that was renamed', async () => {
    table.reshape([COLUMNS[0]!, {fieldName: 'fee', dataTypeName: 'text'}]);
    await refused(/the columns of topic pets are others .*: fee was number and is text.*the table stays as it was/s);
    table.reshape([COLUMNS[0]!, {fieldName: 'cost', dataTypeName: 'number'}]);
    await refused(/fee is gone/);
  });

  test('a data set that is empty now takes no row away, unless somebody drops the table', async () => {
    table.remove(0, 20);
    for (const words of ['--initialize', '--deletions']) await refused(/data set aaaa-bbbb of .* has no rows now, and table pets has 20: they stay.*drop the table/s, words);
    const ended = await gather();
    expect(ended).toMatchObject({code: 0});
    expect(ended.stderr).toContain('20 rows of the table are not published any more');
    expect(contents()).toHaveLength(20);
  });

  test('a page of HTML with status 200, a body that is no array, the same page for ever, and a wait of an hour', async () => {
    table.insert(...rows(15, 21));
    server.fail('rows', {kind: 'html'});
    await refused(/does not answer as a Socrata portal: it answers with a page of HTML/);
    server.fail('rows', {kind: 'body', text: '{"error": true}'});
    await refused(/what it sends is not an array of rows in JSON/);
    server.fail('rows', {kind: 'repeat'}, 9);
    await refused(/what came is not what the portal says it has/, '--initialize');
    server.recover();
    server.fail('rows', {kind: 'throttle', retryAfter: '3600'});
    await refused(/the portal has had too many requests.*it wants 60 minutes of quiet/s);
    server.recover();
    const ended = await gather('--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({mode: 'incremental', rowsInserted: 15, rowsInTable: 35});
  });

  test.skipIf(!hasOpenssl())('a certificate that nobody vouches for, and one for another host', async () => {
    makeCertificate('localhost', {key: place.at('key.pem'), cert: place.at('cert.pem')});
    await using secure = await startSoda({tls: {key: readFileSync(place.at('key.pem')), cert: readFileSync(place.at('cert.pem'))}});
    write({source: `localhost:${secure.port}`, tls: true});
    await refused(/nobody that is trusted here vouches for the certificate of the server/);
    write({source: `127.0.0.1:${secure.port}`, tls: true, more: `, tlsCa: '${place.at('cert.pem')}'`});
    await refused(/the certificate of the server is for another host/);
    expect(secure.requests).toEqual([]);
    write({tls: true});
    await refused(/the server does not speak TLS there/);
  });

  test('a second run at the same time is refused, and the first one ends as if it were alone', async () => {
    table.insert(...rows(5, 21));
    let go = () => {};
    server.fail('rows', {kind: 'slow', until: new Promise<void>(resolve => { go = resolve; })});
    const asked = new Promise<void>(resolve => { server.onRequest(({topic}) => { if (topic === 'rows') resolve(); }); });
    const first = start('socrata-gather', ['-t', 'pets', '--json'], {cwd: place.path});
    await asked;
    server.onRequest(null);
    const second = await gather();
    expect(second).toMatchObject({code: 1, stdout: ''});
    expect(second.stderr).toMatch(/topic pets into sqlite:socrata\.db pets is locked by process \d+/);
    go();
    const ended = await first.ended;
    expect(ended, ended.stderr).toMatchObject({code: 0});
    expect(JSON.parse(ended.stdout)).toMatchObject({mode: 'incremental', rowsInserted: 5, rowsInTable: 25});
    expect(rowsOf(place.at('socrata.db'), 'SELECT status FROM import_run ORDER BY started_at')).toEqual([['ok'], ['ok']]);
  });
});
