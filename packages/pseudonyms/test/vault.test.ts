import {randomBytes} from 'node:crypto';
import {chmodSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import type {Value} from '@sluice/core';
import {masterKeyFrom, openVault} from '@sluice/pseudonyms';
import type {DomainOptions, Vault} from '@sluice/pseudonyms';
import {expectNoLeak} from '@sluice/testkit';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {afterAll, afterEach, beforeEach, describe, expect, it} from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sluice-vault-'));
const key = masterKeyFrom(Buffer.from('9d1f3a5c77e08b24c6f0e1d2a3b49586170f2e3d4c5b6a798897a6b5c4d3e2f1', 'hex'));
let file: string;
let number = 0;
const open: Vault[] = [];
beforeEach(() => void (file = join(folder, `${number++}`, 'vault.db')));
afterEach(() => {
  for (const vault of open.splice(0)) vault[Symbol.dispose]();
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const opened = (options: Parameters<typeof openVault>[2] = {}, path = file, master = key) => {
  const vault = openVault(path, master, options);
  open.push(vault);
  return vault;
};
const close = (vault: Vault) => vault[Symbol.dispose]();
const caught = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as Error & {code: string};
  }
  return expect.fail('nothing was thrown');
};
const person: DomainOptions = {form: 'uuid'};

describe('surrogates', () => {
  it('are the same whenever they are asked for, in this run and the next, one by one and in transactions', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({unit: 'binary'}), fc.maxSafeInteger(), fc.uint8Array({maxLength: 40})), {minLength: 1, maxLength: 12}), fc.nat({max: 5}), fc.nat({max: 20}), (values, size, remembered) => {
      const path = join(folder, `property-${number++}`);
      let vault = openVault(path, key, {remembered});
      const first = vault.domain('person', person);
      const given = values.map((value, i) => {
        if (size > 0 && i % size === 0) vault.begin();
        const surrogate = first.surrogate(value);
        if (size > 0 && (i % size === size - 1 || i === values.length - 1)) vault.commit();
        return surrogate;
      });
      expect(values.map(value => first.surrogate(value))).toEqual(given);
      close(vault);
      vault = openVault(path, key);
      expect(values.map(value => vault.domain('person', person).find(value))).toEqual(given);
      const different = new Set(values.map(value => (value instanceof Uint8Array ? `b${Buffer.from(value).toString('hex')}` : `t${Buffer.from(String(value), 'utf16le').toString('hex')}`))).size;
      expect([vault.domain('person', person).size, new Set(given).size, vault.verify()]).toEqual([different, different, different]);
      close(vault);
    }), {numRuns: 8});
  }, 60_000);

  it.each<[DomainOptions, RegExp]>([
    [{form: 'uuid'}, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/], [{form: 'hex', length: 128}, /^[0-9a-f]{128}$/], [{form: 'digits', length: 5}, /^[1-9]\d{4}$/],
    [{form: 'letters', length: 6}, /^[A-Z]{6}$/], [{form: 'integer'}, /^[12]\d{9}$/], [{form: 'integer', min: -500, max: 900}, /^-?\d{1,3}$/], [{form: 'sequence'}, /^\d{1,4}$/],
  ])('have the form %o, also after the file was opened again', (options, shape) => {
    const values = Array.from({length: 300}, (_, i) => `value ${i}`);
    const vault = opened();
    vault.begin();
    const given = values.map(value => vault.domain('x', options).surrogate(value));
    vault.commit();
    for (const surrogate of given) expect(String(surrogate)).toMatch(shape);
    expect(typeof given[0]).toBe(['integer', 'sequence'].includes(options.form) ? 'number' : 'string');
    expect(new Set(given).size).toBe(300);
    close(vault);
    const again = opened().domain('x', options);
    expect(values.map(value => again.find(value))).toEqual(given);
  });

  it('never equal an original known by then, and never two originals', () => {
    const vault = opened();
    vault.begin();
    const domain = vault.domain('dense', {form: 'integer', min: 1, max: 1000, onOverlap: 'count'});
    domain.reserve(Array.from({length: 200}, (_, i) => i + 501));
    const given = Array.from({length: 350}, (_, i) => domain.surrogate(i + 501));
    vault.commit();
    expect(new Set(given).size).toBe(350);
    // What was reserved is never given; 701 to 850 were not told, and some of them had been given by the time they came.
    expect(given.filter(each => Number(each) > 500 && Number(each) <= 700)).toEqual([]);
    given.forEach((each, i) => expect(Number(each) > 500 && Number(each) <= 501 + i).toBe(false));
    expect(domain.overlaps).toBe(given.filter((each, i) => Number(each) - 501 > i && Number(each) <= 850).length);
  });

  it('fail aloud when a new original equals one that was given to another, unless overlaps are allowed', () => {
    const vault = opened();
    const domain = vault.domain('small', {form: 'digits', length: 4});
    const surrogate = domain.surrogate('Mafalda')!;
    const error = caught(() => domain.surrogate(surrogate));
    expect(error).toMatchObject({code: 'SLUICE_VALUE', message: 'a value that is new to the domain small equals a surrogate that was given to another before'});
    expectNoLeak(error, String(surrogate), 'Mafalda');
    expect(domain.size).toBe(1);
    const wide = vault.domain('wide', {form: 'digits', length: 4, onOverlap: 'count'});
    const other = wide.surrogate(wide.surrogate('Mafalda'));
    expect(wide.overlaps).toBe(1);
    expect(wide.find(wide.find('Mafalda'))).toBe(other);
  });

  it('run out aloud', () => {
    const vault = opened();
    vault.begin();
    const domain = vault.domain('full', {form: 'integer', min: 1_000_000, max: 1_000_999});
    expect(caught(() => Array.from({length: 1001}, (_, i) => domain.surrogate(i)))).toMatchObject({code: 'SLUICE_CONFIG'});
  });

  it('of a sequence are small, and say nothing about the order where the number of values is known', () => {
    const vault = opened();
    // A domain stays, also when the transaction in which it was made does not.
    vault.begin();
    const rows = vault.domain('rows', {form: 'sequence'}), expected = vault.domain('expected', {form: 'sequence', expected: 3000});
    vault.rollback();
    vault.begin();
    const given = Array.from({length: 3000}, (_, i) => Number(rows.surrogate(i)));
    expect(Math.max(...given)).toBeLessThanOrEqual(8192);
    expect(new Set(given).size).toBe(3000);
    expect(given.every((each, i) => each >= 1 && each !== i)).toBe(true);
    const early = Array.from({length: 300}, (_, i) => Number(expected.surrogate(i)));
    expect(Math.max(...early)).toBeGreaterThan(6000);
    vault.commit();
  });

  it('do not join across domains, vaults and keys; null stays null', () => {
    const other = opened({}, `${file}-2`);
    const given = [opened().domain('a', person).surrogate(1), open[1]!.domain('b', person).surrogate(1), other.domain('a', person).surrogate(1)];
    expect(new Set(given).size).toBe(3);
    expect(other.domain('a', person).surrogate(null)).toBeNull();
    expect(other.domain('a', person).find(null)).toBeNull();
    expect(other.domain('a', person).find('unknown')).toBeNull();
  });

  it('give back the original where that was asked for from the start', () => {
    const vault = opened();
    const reversible = vault.domain('trial', {form: 'letters', reversible: true});
    for (const value of ['Ann', 42, new Uint8Array([1, 2]), ''] as const) {
      expect(reversible.original(reversible.surrogate(value)!)).toEqual(typeof value === 'number' ? String(value) : value);
    }
    expect(reversible.original('NOBODYATALL')).toBeNull();
    expect(() => vault.domain('person', person).original('x')).toThrow('keeps no originals');
    expect(() => vault.domain('trial', {form: 'letters'})).toThrow('was made with the form letters 12, reversible');
    expect(vault.verify()).toBe(4);
  });
});

describe('transactions', () => {
  it('that are rolled back, or not committed, leave nothing, in memory neither', () => {
    let vault = opened();
    let domain = vault.domain('person', person);
    const kept = domain.surrogate('kept');
    vault.begin();
    const lost = domain.surrogate('lost');
    expect([domain.size, domain.find('lost')]).toEqual([2, lost]);
    vault.rollback();
    expect([domain.size, domain.find('lost'), domain.find('kept')]).toEqual([1, null, kept]);
    vault.begin();
    domain.surrogate('open');
    close(vault);
    vault = opened();
    domain = vault.domain('person', person);
    expect([domain.size, domain.find('open'), domain.find('kept'), vault.verify()]).toEqual([1, null, kept, 1]);
    expect(domain.surrogate('lost')).not.toBe(lost);
  });

  it('do not hold up others before there is something new', () => {
    const [one, two] = [opened({waitMs: 0}), opened({waitMs: 0})];
    const [a, b] = [one.domain('person', person), two.domain('person', person)];
    const ann = a.surrogate('Ann');
    one.begin();
    two.begin();
    expect(b.surrogate('Ann')).toBe(ann);
    one.commit();
    two.commit();
    one.begin();
    const ben = a.surrogate('Ben');
    expect(caught(() => b.surrogate('Cid'))).toMatchObject({code: 'SLUICE_LOCKED', retryable: true});
    one.commit();
    expect(b.surrogate('Ben')).toBe(ben);
    two.begin();
    b.surrogate('Cid');
    two.commit();
    expect([one.verify(), a.size, b.size]).toEqual([3, 3, 3]);
  });

  it('may make domains at any time, also when they are rolled back', () => {
    const vault = opened();
    vault.begin();
    vault.domain('first', person).surrogate('Ann');
    const second = vault.domain('second', person);
    const lost = second.surrogate('Ann');
    vault.rollback();
    const third = vault.domain('third', person).surrogate('Ann');
    vault.begin();
    expect([second.size, second.find('Ann')]).toEqual([0, null]);
    const given = second.surrogate('Ann');
    vault.commit();
    expect(new Set([lost, third, given]).size).toBe(3);
    close(vault);
    const again = opened({readOnly: true});
    expect([again.verify(), again.domain('second', person).find('Ann'), again.domain('third', person).find('Ann'), again.domain('first', person).find('Ann')]).toEqual([2, given, third, null]);
  });

  it('are mistakes when they are nested', () => {
    const vault = opened();
    vault.begin();
    expect(() => vault.begin()).toThrow('no transaction is running');
    vault.commit();
    expect(() => vault.commit()).toThrow('a transaction is running');
  });
});

describe('the file', () => {
  const secrets = ['Mafalda Quirn', '529-41-7734', 'patient-domain', 'reversible-domain'];
  function filled(): Value[] {
    const vault = opened();
    const given = secrets.slice(0, 2).flatMap(each => [vault.domain('patient-domain', person).surrogate(each), vault.domain('reversible-domain', {form: 'digits', reversible: true}).surrogate(each)]);
    vault.begin();
    for (let i = 0; i < 500; i++) vault.domain('patient-domain', person).surrogate(`Mafalda Quirn ${i}`);
    vault.commit();
    return given;
  }

  it('shows no value, surrogate, domain or key, nor does its journal or anything that prints', () => {
    const given = filled();
    const vault = open[0]!;
    vault.begin();
    vault.domain('patient-domain', person).surrogate('Mafalda Quirn the last');
    for (const name of readdirSync(join(file, '..'))) {
      const bytes = readFileSync(join(file, '..', name));
      for (const secret of [...secrets, ...given.map(String), 'Mafalda', '9d1f3a5c77e08b24', 'uuid', 'digits']) {
        for (const encoding of ['utf8', 'utf16le'] as const) expect(bytes.includes(Buffer.from(secret, encoding))).toBe(false);
      }
      expect(bytes.includes(Buffer.from('9d1f3a5c77e08b24', 'hex'))).toBe(false);
      for (const uuid of given.filter(each => String(each).includes('-'))) expect(bytes.includes(Buffer.from(String(uuid).replaceAll('-', ''), 'hex'))).toBe(false);
    }
    expectNoLeak(vault, '9d1f3a5c77e08b24c6f0e1d2a3b49586');
    for (const secret of ['Mafalda', String(given[0])]) expect(inspect(vault, {depth: 20})).not.toContain(secret);
    for (const secret of ['Mafalda', String(given[0])]) expect(inspect(vault.domain('patient-domain', person), {depth: 20})).not.toContain(secret);
    vault.commit();
  });

  it('is for its owner only', () => {
    filled();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is refused with another key, as another format, and when it is something else', () => {
    filled();
    close(open[0]!);
    const other = masterKeyFrom(randomBytes(32));
    expect(caught(() => openVault(file, other))).toMatchObject({code: 'SLUICE_CONFIG', message: `the vault ${file} belongs to the key ${key.id}, not to ${other.id}`});
    const db = new Database(file);
    db.pragma('user_version = 2');
    db.close();
    expect(caught(() => openVault(file, key)).message).toContain('has format 2, this version knows format 1');
    for (const [name, content] of [['text', 'no vault at all, just text that goes on for longer than a header of a database, and then some more'], ['empty', '']] as const) {
      writeFileSync(`${file}-${name}`, content);
      expect(caught(() => openVault(`${file}-${name}`, key, {readOnly: true})).message).toMatch(/no vault|is not a vault/);
    }
    const foreign = new Database(`${file}-foreign`);
    foreign.exec('create table t (a)');
    foreign.close();
    expect(caught(() => openVault(`${file}-foreign`, key)).message).toContain('is not a vault');
    expect(caught(() => openVault(`${file}-none`, key, {readOnly: true}))).toMatchObject({code: 'SLUICE_CONFIG', message: `the vault ${file}-none does not exist`});
    expect(caught(() => openVault(join(file, 'x'), key))).toMatchObject({code: 'SLUICE_WRITE'});
  });

  it('only grows: what is there cannot be changed, removed or replaced, and without its triggers it is refused', () => {
    filled();
    close(open[0]!);
    const db = new Database(file);
    for (const [table, column] of [['vault', 'salt'], ['domains', 'name'], ['surrogates', 'surrogate'], ['commits', 'total']] as const) {
      expect(() => db.exec(`UPDATE ${table} SET ${column} = zeroblob(16)`)).toThrow('append-only');
      expect(() => db.exec(`DELETE FROM ${table}`)).toThrow('append-only');
      expect(() => db.exec(`INSERT OR REPLACE INTO ${table} SELECT * FROM ${table} LIMIT 1`)).toThrow('append-only');
    }
    db.exec('DROP TRIGGER surrogates_delete');
    db.close();
    expect(caught(() => openVault(file, key)).message).toContain('its tables and triggers are not those of a vault');
  });

  /** Writes past the triggers, as somebody with a hex editor would. */
  function tamper(sql: string): string {
    const path = `${file}-${number++}`;
    copyFileSync(file, path);
    const db = new Database(path);
    const triggers = db.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all() as {name: string; sql: string}[];
    for (const {name} of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(sql);
    for (const trigger of triggers) db.exec(trigger.sql);
    db.close();
    return path;
  }

  it.each([
    ['an entry that was removed', 'DELETE FROM surrogates WHERE original = (SELECT min(original) FROM surrogates)'],
    ['surrogates that were removed with their count', 'DELETE FROM surrogates WHERE domain = 2; DELETE FROM commits WHERE domain = 2 AND entries = 2'],
    ['a domain that was removed', 'DELETE FROM domains WHERE id = 2'],
    ['an entry that was added', `INSERT INTO surrogates SELECT domain, randomblob(16), randomblob(16), sealed, kept FROM surrogates LIMIT 1`],
    ['a surrogate that was changed', 'UPDATE surrogates SET sealed = zeroblob(length(sealed)) WHERE original = (SELECT min(original) FROM surrogates)'],
    ['entries that were exchanged', `CREATE TEMP TABLE t AS SELECT * FROM surrogates WHERE domain = 1 ORDER BY original LIMIT 2; DELETE FROM surrogates WHERE original IN (SELECT original FROM t);
      INSERT INTO surrogates SELECT a.domain, a.original, b.surrogate, b.sealed, a.kept FROM t a, t b WHERE a.original <> b.original; DROP TABLE t`],
    ['an original that was changed', 'UPDATE surrogates SET kept = zeroblob(length(kept)) WHERE domain = 2'],
    ['an original that was removed', 'UPDATE surrogates SET kept = NULL WHERE domain = 2'],
    ['an entry that was moved to another domain', 'UPDATE surrogates SET domain = 1 WHERE domain = 2'],
    ['a domain that was given another number', 'UPDATE domains SET id = 7 WHERE id = 1'],
    ['a count that was changed', 'UPDATE commits SET entries = entries + 1 WHERE domain = 1 AND entries = 502'],
    ['a header that was changed', 'UPDATE vault SET salt = randomblob(16)'],
  ])('betrays %s', (_, sql) => {
    filled();
    close(open[0]!);
    const path = tamper(sql);
    const error = caught(() => opened({readOnly: true}, path).verify());
    expect(error).toMatchObject({code: 'SLUICE_CONFIG'});
    expect(error.message).toContain('is damaged');
    expectNoLeak(error, ...secrets);
  });

  it('never gives a surrogate that was changed or exchanged, also when nobody verifies', () => {
    filled();
    close(open[0]!);
    for (const sql of ['UPDATE surrogates SET sealed = randomblob(length(sealed)) WHERE domain = 1', `CREATE TEMP TABLE t AS SELECT * FROM surrogates WHERE domain = 1; DELETE FROM surrogates WHERE domain = 1;
      INSERT INTO surrogates SELECT a.domain, a.original, b.surrogate, b.sealed, a.kept FROM (SELECT *, row_number() OVER (ORDER BY original) AS n FROM t) a, (SELECT *, row_number() OVER (ORDER BY original) % 502 + 1 AS n FROM t) b WHERE a.n = b.n; DROP TABLE t`]) {
      const domain = opened({readOnly: true}, tamper(sql)).domain('patient-domain', person);
      expect(caught(() => domain.find('Mafalda Quirn')).message).toContain('a surrogate does not fit its original');
    }
  });

  it('betrays an entry that another copy of it made', () => {
    filled();
    close(open[0]!);
    const copy = `${file}-copy`;
    copyFileSync(file, copy);
    for (const [path, value] of [[file, 'Ann'], [copy, 'Ben']] as const) opened({}, path).domain('patient-domain', person).surrogate(value);
    for (const vault of open.slice(1)) close(vault);
    const path = tamper(`ATTACH '${copy}' AS c; DELETE FROM surrogates WHERE original NOT IN (SELECT original FROM c.surrogates);
      INSERT INTO surrogates SELECT * FROM c.surrogates AS o WHERE o.original NOT IN (SELECT original FROM main.surrogates); DETACH c`);
    const vault = opened({readOnly: true}, path);
    expect(vault.domain('patient-domain', person).find('Ben')).not.toBeNull();
    expect(caught(() => vault.verify()).message).toContain('entries were removed, added or changed');
  });

  it('has nothing in common with another file of the same key', () => {
    for (const path of [file, `${file}-2`]) opened({}, path).domain('person', person).surrogate('Ann');
    const codes = [file, `${file}-2`].map(path => {
      const db = new Database(path, {readonly: true});
      const row = db.prepare('SELECT original, name, domains.sealed AS about FROM surrogates, domains').raw().get() as Buffer[];
      db.close();
      return row.map(each => each.toString('hex'));
    });
    expect(codes[0]!.filter(code => codes[1]!.includes(code))).toEqual([]);
  });

  it('betrays damaged pages, whatever is asked first, and never gives a wrong surrogate', () => {
    const given = filled();
    close(open[0]!);
    const size = statSync(file).size;
    for (let i = 0; i < 40; i++) {
      const path = `${file}-damaged-${i}`;
      copyFileSync(file, path);
      if (i % 4 === 0) truncateSync(path, Math.floor((size * (i + 1)) / 42));
      else {
        const bytes = readFileSync(path);
        for (let k = 0; k < 64; k++) bytes[100 + ((i * 7919 + k * 613) % (size - 100))]! ^= 0x5a;
        writeFileSync(path, bytes);
      }
      expect(caught(() => {
        const vault = opened({readOnly: true}, path);
        const domain = vault.domain('patient-domain', person);
        expect([given[0], null]).toContain(domain.find(secrets[0]!));
        vault.verify();
      }), `damage ${i}`).toMatchObject({code: 'SLUICE_CONFIG'});
    }
  }, 60_000);

  it('that is open for reading only gives what is known, and is not touched', () => {
    const given = filled();
    close(open[0]!);
    chmodSync(file, 0o400);
    const before = readFileSync(file);
    const vault = opened({readOnly: true});
    expect(vault.domain('patient-domain', person).surrogate('Mafalda Quirn')).toBe(given[0]);
    const error = caught(() => vault.domain('patient-domain', person).surrogate('Somebody Else'));
    expect(error).toMatchObject({code: 'SLUICE_CONFIG'});
    expectNoLeak(error, 'Somebody');
    expect(() => vault.domain('new', person)).toThrow('open for reading only');
    expect([vault.verify(), vault.domain('patient-domain', person).find('Somebody Else')]).toEqual([504, null]);
    close(vault);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('keeps the form of a domain', () => {
    opened().domain('person', {form: 'digits', length: 9});
    expect(() => open[0]!.domain('person', {form: 'digits'})).toThrow('was made with the form digits 9');
    close(open[0]!);
    expect(() => opened().domain('person', person)).toThrow('the domain person was made with the form digits 9');
  });
});

describe('the id of a vault', () => {
  it('is that of its copies and of no other, of the same key too', () => {
    const {id} = opened();
    copyFileSync(file, `${file}.copy`);
    expect(opened({readOnly: true}, `${file}.copy`).id).toBe(id);
    expect(id).toMatch(/^[\da-f]{16}$/u);
    expect(opened({}, `${file}.other`).id).not.toBe(id);
  });
});
