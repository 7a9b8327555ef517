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
  // Contents are long: rows of their own with a rowid, found by an index that holds their names only. `only`: tables that are not pending go.
  `create table base (target text primary key, head text not null) strict;
  create table base_table (target text not null, name text not null, content text not null, primary key (target, name)) strict;
  create table pending_base (target text primary key, head text not null, only integer not null) strict;
  create table pending_table (target text not null, name text not null, content text, primary key (target, name)) strict;`,
];

/** In the header of each state file, so that no other SQLite file is taken for one: 'SLCE'. */
export const APPLICATION_ID = 0x534c4345;
