/**
 * Entry i brings a file from version i to i + 1. Never edit one that was released: append.
 * Tables are STRICT, so that a number never turns up where text was put.
 */
export const migrations: readonly string[] = [
  `create table run (
    id integer primary key,
    target text not null,
    status text not null,
    started_at text not null,
    report text not null
  ) strict;
  create index run_by_target on run (target, id);
  create table position (target text not null, name text not null, position text not null, primary key (target, name)) strict, without rowid;
  create table checksum (target text not null, name text not null, digest text not null, primary key (target, name)) strict, without rowid;`,
];

/** In the header of each state file, so that no other SQLite file is taken for one: 'SLCE'. */
export const APPLICATION_ID = 0x534c4345;
