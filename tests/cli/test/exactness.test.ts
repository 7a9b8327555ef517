import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {contents, openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {hostileTable, hostileTypes} from './support/hostile-types.ts';
import {sluice} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();

for (const server of servers) {
  describe(`every type of ${server.kind}`, () => {
    const types = hostileTypes(server.kind);
    const place = folder();
    let source: Database;
    beforeAll(async () => {
      source = await openDatabase(server);
      await source.run(...hostileTable('hostile', server.kind));
      const {code} = await sluice(['copy', source.url, 'sqlite:hostile.db'], {cwd: place.path});
      expect(code).toBe(0);
    });
    afterAll(async () => { await source.drop(); });

    test.for(types)('arrives in SQLite without loss: $type', ({name, stored}) => {
      const rows = rowsOf(place.at('hostile.db'), `SELECT "${name}" FROM hostile ORDER BY n`);
      expect(rows.map(([value]) => value)).toEqual(stored);
    });

    test.for(['sqlite:hostile.db', 'csv:hostile/', 'jsonl:hostile.gz/'])('comes back with the same types by way of %s', async way => {
      if (!way.startsWith('sqlite:')) expect((await sluice(['copy', source.url, way], {cwd: place.path})).stderr).not.toContain('error');
      await using back = await openDatabase(server);
      const {code, stderr} = await sluice(['copy', way, back.url], {cwd: place.path});
      expect(stderr).not.toContain('error');
      expect(code).toBe(0);
      expect(await contents(back, 'hostile')).toEqual(await contents(source, 'hostile'));
    });
  });
}
