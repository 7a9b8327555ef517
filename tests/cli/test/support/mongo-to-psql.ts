import {must} from '@sluice/core';
import {afterAll, beforeAll, beforeEach} from 'vitest';
import {folders, type Folder} from './folder.ts';
import {mongodb, openMongo, type MongoDatabase} from './mongo.ts';
import {openPostgres, postgres, type PostgresDatabase} from './postgres.ts';
import {mongoToPsql, type Ended} from './program.ts';

/** What tests of mongo-to-psql work between, where there are both servers: one MongoDB, and for each test an oplog, a database of PostgreSQL and a folder of its own. */
export interface MongoToPsqlLab {
  readonly source: MongoDatabase;
  readonly target: PostgresDatabase;
  readonly place: Folder;
  readonly oplog: string;
  /** The options that name both ends and the oplog, which comes last. */
  ends(to?: string): string[];
  run(command: string, ...words: string[]): Promise<Ended>;
  /** Says of documents in the oplog that they have changed. */
  touch(collection: string, ...ids: unknown[]): Promise<void>;
}

/** Opens and closes all of it by hooks of the suite that calls it. */
export function mongoToPsqlLab(): MongoToPsqlLab {
  const folder = folders();
  let source: MongoDatabase | undefined;
  let target: PostgresDatabase | undefined;
  let place: Folder | undefined;
  let oplog = '';
  beforeAll(async () => { source = await openMongo(must(mongodb, 'a MongoDB')); });
  afterAll(async () => { await source?.[Symbol.asyncDispose](); });
  beforeEach(async () => {
    place = folder();
    const opened = target = await openPostgres(must(postgres, 'a PostgreSQL'));
    oplog = await lab.source.oplog();
    return async () => { await opened[Symbol.asyncDispose](); };
  });
  const lab: MongoToPsqlLab = {
    get source() { return must(source, 'the source'); },
    get target() { return must(target, 'the target'); },
    get place() { return must(place, 'the folder'); },
    get oplog() { return oplog; },
    ends: (to = lab.target.url) => ['--source', lab.source.url, '--target', to, '--oplog', oplog],
    run: (command, ...words) => mongoToPsql([command, ...lab.ends(), ...words], {cwd: lab.place.path}),
    touch: (collection, ...ids) => lab.source.log(ids.map(_id => ({op: 'u', ns: `${lab.source.name}.${collection}`, o: {$set: {x: 1}}, o2: {_id}}))),
  };
  return lab;
}
