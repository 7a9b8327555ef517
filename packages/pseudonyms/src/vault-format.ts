/*
 * The file of a vault, format 1: SQLite. Nothing of a value, a surrogate, a name of a domain or the key can be read in it; codes are AES-CMAC under keys that
 * HKDF derives from the master key, the salt of this file and the name of the domain.
 *
 *   vault       one row: the id of the key, the salt of this file, a code that only the right key gives
 *   domains     name: code of the name; sealed: name and form, AES-SIV
 *   surrogates  original, surrogate: codes of the two; sealed: the surrogate, encrypted with a key stream that only this original has (counter mode of AES-256 from
 *               the code of the original, which together with the code of the surrogate makes a synthetic initialisation vector); kept: the original, AES-SIV, or null
 *   commits     per domain and transaction: how many entries there are by then, the exclusive or of codes over each, and a code over these two. Domain 0 is the
 *               list of domains. Entries that somebody removes, adds or exchanges do not fit it.
 *
 * A file that was replaced by an older copy of itself as a whole cannot be told from the file it was.
 */

/** Set as SQLite's application id: 'SlVt'. */
export const APPLICATION_ID = 0x53_6c_56_74;
export const FORMAT = 1;

const APPEND_ONLY = `RAISE(ABORT, 'the vault is append-only')`;

function appendOnly(table: string, ...taken: readonly string[]): string[] {
  // One query per key: a single one with OR would read the whole domain.
  const exists = taken.map(condition => `EXISTS (SELECT 1 FROM ${table} WHERE ${condition})`).join(' OR ');
  return [
    `CREATE TRIGGER ${table}_update BEFORE UPDATE ON ${table} BEGIN SELECT ${APPEND_ONLY}; END`,
    `CREATE TRIGGER ${table}_delete BEFORE DELETE ON ${table} BEGIN SELECT ${APPEND_ONLY}; END`,
    // INSERT OR REPLACE deletes without asking the trigger above.
    `CREATE TRIGGER ${table}_insert BEFORE INSERT ON ${table} WHEN ${exists} BEGIN SELECT ${APPEND_ONLY}; END`,
  ];
}

/** What the file is made of, in the very words that SQLite keeps: a file with fewer triggers, or more, is refused. */
export const statements: readonly string[] = [
  'CREATE TABLE vault (id INTEGER PRIMARY KEY CHECK (id = 1), key_id TEXT NOT NULL, salt BLOB NOT NULL, proof BLOB NOT NULL) STRICT',
  'CREATE TABLE domains (id INTEGER PRIMARY KEY CHECK (id > 0), name BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT',
  'CREATE TABLE surrogates (domain INTEGER NOT NULL, original BLOB NOT NULL, surrogate BLOB NOT NULL, sealed BLOB NOT NULL, kept BLOB, PRIMARY KEY (domain, original)) STRICT, WITHOUT ROWID',
  'CREATE UNIQUE INDEX surrogates_once ON surrogates (domain, surrogate)',
  'CREATE TABLE commits (domain INTEGER NOT NULL, entries INTEGER NOT NULL, total BLOB NOT NULL, code BLOB NOT NULL, PRIMARY KEY (domain, entries)) STRICT, WITHOUT ROWID',
  ...appendOnly('vault', 'id = NEW.id'),
  ...appendOnly('domains', 'id = NEW.id', 'name = NEW.name'),
  ...appendOnly('surrogates', 'domain = NEW.domain AND original = NEW.original', 'domain = NEW.domain AND surrogate = NEW.surrogate'),
  ...appendOnly('commits', 'domain = NEW.domain AND entries = NEW.entries'),
];
