import {test} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders} from './support/folder.ts';
import {hostileTable, hostileTypes} from './support/hostile-types.ts';
import {sluice} from './support/program.ts';
const folder = folders();
test('x', async () => {
  const server = servers[0]!;
  await using source = await openDatabase(server);
  await source.run(...hostileTable('hostile', server.kind));
  const place = folder();
  const p = await sluice(['plan', source.url, 'sqlite:hostile.db'], {cwd: place.path});
  console.log(p.stdout);
  console.log(await sluice(['copy', source.url, 'sqlite:hostile.db', '--verbose'], {cwd: place.path}));
});
