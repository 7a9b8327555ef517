import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseEndpoint, SocrataSource} from '@sluice/connector-socrata';
import {startSoda} from '@sluice/testkit/servers';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {schemaOf} from '../src/gather/look-ahead.ts';
import {factsOfPortal, proveWhole} from '../src/gather/prove.ts';

const signal = new AbortController().signal;

test('what somebody changed since a full load went live is not sealed as what the portal says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prove-whole-'));
  try {
    await using server = await startSoda();
    server.add({id: 'aaaa-0001', name: 'Pets', columns: [{fieldName: 'name', dataTypeName: 'text'}, {fieldName: 'fee', dataTypeName: 'number'}], rowIdentifier: 'name', rows: [['"a"', '"1.50"'], ['"b"', '"2.25"']]});
    await using portal = new SocrataSource(parseEndpoint({url: `socrata://${server.host}/aaaa-0001?tls=false`}), undefined, {provesLater: true});
    const schema = await schemaOf(portal, signal);
    for await (const _ of portal.read({schema, after: null, maxRows: 10, maxBytes: 1 << 20}, signal));
    const whole = {read: await portal.proved(schema), ...await factsOfPortal(portal)};

    const file = join(folder, 'pets.db');
    const db = new Database(file);
    db.exec("CREATE TABLE pets (name TEXT PRIMARY KEY NOT NULL, fee TEXT); INSERT INTO pets VALUES ('a', '1.50'), ('b', '2.25')");
    const prove = async () => await proveWhole(whole, {target: {url: `sqlite:${file}`}, table: 'pets'}, signal);
    const sound = await prove();
    expect(sound.table.rows).toBe(2);
    expect(sound.columns.map(({own, unlike}) => [own.name, unlike])).toEqual([['name', []], ['fee', []]]);
    db.exec("UPDATE pets SET fee = '9' WHERE name = 'b'");
    db.close();
    const changed = await prove();
    expect(changed.table.digest).not.toBe(sound.table.digest);
    expect(changed.columns.map(({own, unlike}) => [own.name, own.sum, unlike])).toEqual([['name', undefined, []], ['fee', '10.50', ['max', 'sum']]]);
  } finally {
    rmSync(folder, {recursive: true});
  }
});
