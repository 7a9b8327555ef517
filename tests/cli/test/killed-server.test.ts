import {expect, test} from 'vitest';
import {startPrivateServer, until} from '@sluice/testkit';
import {contents, openDatabase, servers} from './support/database.ts';
import {folders} from './support/folder.ts';
import {expectClean, expectIntact, fill, withLiveFile} from './support/interrupted-copy.ts';
import {sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();

for (const server of servers) {
  test(`${server.kind} is killed in the middle of a table: the run says so, and works again once the server is back`, async () => {
    const alone = await startPrivateServer(server.kind);
    if (alone === null) return expect(process.env['CI'], 'a server program').not.toBe('true');
    await using _ = alone;
    const source = await openDatabase(alone);
    await fill(source);
    const expected = (await contents(source, 'b_small')).rows;
    const place = withLiveFile(folder());
    await using way = await proxied(source);
    way.proxy.throttle(300_000);
    const running = start('sluice', ['copy', way.url(), 'sqlite:live.db', '--json'], {cwd: place.path});
    await until('rows arrive', () => way.proxy.bytesToClient > 200_000, 60_000);
    await alone.kill();
    way.proxy.resume();
    expectIntact(place, await running.ended, /error: .*(a_large|server).*; /);
    expect(await sluice(['copy', source.url, 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 1, stderr: expect.stringMatching(/nothing listens there; check/) as string});
    await alone.start();
    await expectClean(place, source.url);
    expect(rowsOf(place.at('live.db'), 'SELECT id FROM b_small').map(String)).toEqual(expected);
  }, 120_000);
}
