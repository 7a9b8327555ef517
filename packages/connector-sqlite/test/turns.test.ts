import {join} from 'node:path';
import {ErrorCode, type Row, type Schema} from '@sluice/core';
import {expect, test} from 'vitest';
import {SqliteDestination} from '../src/index.ts';
import {catalogOf, never} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
const schema: Schema = {table: 't', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'note', type: 'text', nullable: true}]};
const batch = (ids: readonly number[]) => ({rows: ids.map((id): Row => [id, `row ${id}`]), position: null});
const ascending = Array.from({length: 2000}, (_, i) => i);

async function writing(signal: AbortSignal, write: (writer: Awaited<ReturnType<Awaited<ReturnType<SqliteDestination['begin']>>['open']>>) => Promise<void>) {
  await using destination = new SqliteDestination(join(newFolder(), 'to.db'));
  await using load = await destination.begin({catalog: catalogOf([{schema}]), mode: 'replace'}, signal);
  await using writer = await load.open(schema, signal);
  await write(writer);
}

test('while a batch is written, what else waits has its turn', async () => {
  let turns = 0;
  let going = true;
  const count = () => {
    turns++;
    if (going) setImmediate(count);
  };
  await writing(never, async writer => {
    setImmediate(count);
    await writer.write(batch(ascending));
    going = false;
    await writer.commit(null);
  });
  expect(turns).toBeGreaterThanOrEqual(7);
});

test('a row that is refused late in a batch is named by its place', async () => {
  await writing(never, async writer => {
    await writer.write(batch(ascending));
    const rows = ascending.map(id => id + 2000);
    rows[1234] = 1999;
    await expect(writer.write(batch(rows))).rejects.toMatchObject({code: ErrorCode.VALUE, context: {table: 't', row: 3234}});
  });
});

test('an abort ends a batch that is under way', async () => {
  const aborting = new AbortController();
  await writing(aborting.signal, async writer => {
    const written = writer.write(batch(ascending));
    aborting.abort();
    await expect(written).rejects.toMatchObject({name: 'AbortError'});
  });
});
