import {PipelineError} from '@sluice/core';
import {expect, test} from 'vitest';
import {decodeOldConfig} from '../src/config/old-config.ts';
import {parseIni} from '../src/config/parse-ini.ts';

const decode = (text: string) => decodeOldConfig(parseIni(text, 'old.ini'), 'old.ini');

const ends = `
[psql]
psql-host = db.example
psql-port = 5432
psql-dbname = shop
psql-user = lo@der
psql-pass = p:w/#%
psql-schema-name = mongo
[mongo]
mongo-host = m1.example
mongo-port = 27017
mongo-dbname = shop
mongo-user = reader
mongo-pass = s@cret
mongo-params = replicaSet=rs0&authSource=admin
`;

const member = (section: string, host: string) => `[${section}]\n${section}-host = ${host}\n${section}-port = 27018\n${section}-dbname = local\n${section}-user = r\n${section}-pass = x\n`;

test('both ends become URLs with escaped users, and passwords apart', () => {
  const {source, targets, oplogs} = decode(`${ends}[misc]\nrecovery-allowed = yes\n`);
  expect(source.url).toBe('mongodb://reader@m1.example:27017/shop?replicaSet=rs0&authSource=admin');
  expect(source.password?.reveal()).toBe('s@cret');
  expect(targets.get('psql')?.url).toBe('postgresql://lo%40der@db.example:5432/shop?schema=mongo');
  expect(targets.get('psql')?.password?.reveal()).toBe('p:w/#%');
  expect(oplogs).toEqual([]);
});

test('one section is one oplog', () => {
  expect(decode(ends + member('mongo-oplog', 'a')).oplogs).toMatchObject([{name: 'mongo-oplog', endpoint: {url: 'mongodb://r@a:27018/local'}}]);
});

test('sections -rs1, -rs2 … are the members of one replica set', () => {
  expect(decode(ends + member('mongo-oplog-rs1', 'a') + member('mongo-oplog-rs2', 'b') + member('mongo-oplog-rs3', 'c')).oplogs)
    .toMatchObject([{name: 'mongo-oplog', endpoint: {url: 'mongodb://r@a:27018,b:27018,c:27018/local'}}]);
});

test('sections -shard1-rs1 … are shards with members, in the order of their names', () => {
  const shards = [2, 1, 3].flatMap(shard => [1, 2, 3].map(replica => member(`mongo-oplog-shard${shard}-rs${replica}`, `h${shard}${replica}`))).join('');
  expect(decode(ends + shards).oplogs.map(({name, endpoint}) => [name, endpoint.url])).toEqual([
    ['mongo-oplog-shard1', 'mongodb://r@h11:27018,h12:27018,h13:27018/local'],
    ['mongo-oplog-shard2', 'mongodb://r@h21:27018,h22:27018,h23:27018/local'],
    ['mongo-oplog-shard3', 'mongodb://r@h31:27018,h32:27018,h33:27018/local'],
  ]);
});

test('further sections of the shape of [psql] are targets, too', () => {
  const {targets} = decode(`${ends}[psql-tmp]\npsql-tmp-host = tmp\npsql-tmp-dbname = shop\n`);
  expect(targets.get('psql-tmp')?.url).toBe('postgresql://tmp/shop');
});

test('all that is wrong is told at once, with lines and without values', () => {
  try {
    decode('[mongo]\nmongo-host = h\nmongo-port = tcp\nmongo-pass = hidden-word\nmongo-params = --ssl\n[other]\n');
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    expect(error.problems.map(({path, message}) => `${path} ${message}`)).toEqual([
      'old.ini:3 mongo-port must be a number, 1-65535',
      'old.ini [mongo] needs mongo-dbname',
      'old.ini:5 mongo-params holds flags of a command line; write parameters of a URL: tls=true&tlsAllowInvalidCertificates=true',
      'old.ini has no section [psql]: where the tables go',
      'old.ini has a section [other] that nothing reads; possible are misc, mongo, mongo-oplog…, psql, psql-…',
    ]);
    expect(JSON.stringify(error.problems)).not.toContain('hidden-word');
  }
});
