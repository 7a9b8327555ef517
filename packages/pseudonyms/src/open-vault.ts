import {assert, ErrorCode, PipelineError} from '@sluice/core';
import {AesSiv} from './aes-siv.ts';
import {Cmac} from './cmac.ts';
import {damaged, failure} from './failure.ts';
import {resolveForm} from './form.ts';
import {Ledger} from './ledger.ts';
import type {MasterKey} from './master-key.ts';
import {StoredDomain} from './stored-domain.ts';
import type {DomainSettings} from './stored-domain.ts';
import type {DomainOptions, Vault, VaultDomain, VaultOptions} from './vault.ts';
import {openVaultFile} from './vault-file.ts';
import type {VaultFile} from './vault-file.ts';

const WAIT_MS = 60_000;
const REMEMBERED = 200_000;
const ID_BYTES = 8;
/** The file is let go after so many reads: a writer may be waiting for that. */
const READS_AT_ONCE = 2000;
/** The list of domains, in the ledger. */
const DOMAINS = 0;

/**
 * Opens the vault of a project: a file on the source's side, made when it is new, for its owner only. Throws CONFIG when it belongs to another key, has another
 * format or is damaged, WRITE when it cannot be written, LOCKED when another process holds it for longer than `waitMs`.
 */
export function openVault(file: string, key: MasterKey, {readOnly = false, waitMs = WAIT_MS, remembered = REMEMBERED}: VaultOptions = {}): Vault {
  return new StoredVault(openVaultFile(file, key, readOnly, waitMs), key.id, remembered);
}

class StoredVault implements Vault {
  readonly file: string;
  readonly keyId: string;
  readonly id: string;
  readonly readOnly: boolean;
  readonly #file: VaultFile;
  readonly #ledger: Ledger;
  readonly #remembered: number;
  readonly #names: Cmac;
  readonly #sealedNames: AesSiv;
  readonly #domains = new Map<string, {readonly domain: StoredDomain; readonly stored: string}>();
  /** Whether `begin` was called, and whether the file is locked since. */
  #begun = false;
  #locked = false;
  /** Reads since the file was last let go; 0 while it is not held. */
  #reads = 0;

  constructor(file: VaultFile, keyId: string, remembered: number) {
    this.file = file.path;
    this.keyId = keyId;
    this.id = Buffer.from(file.derive('id')).subarray(0, ID_BYTES).toString('hex');
    this.readOnly = file.readOnly;
    this.#file = file;
    this.#remembered = remembered;
    this.#ledger = new Ledger(file);
    this.#names = new Cmac(file.derive('names'));
    this.#sealedNames = new AesSiv(file.derive('sealed names', 64));
    try {
      this.#proveDomains();
    } catch (error) {
      file.db.close();
      throw failure(error, file.path);
    }
  }

  domain(name: string, options: DomainOptions): VaultDomain {
    const {form, expected} = options.form === 'sequence' ? {form: null, expected: options.expected ?? 0} : {form: resolveForm(options), expected: 0};
    const reversible = options.reversible ?? false;
    const stored = JSON.stringify([name, form?.text ?? 'sequence', reversible]);
    const known = this.#domains.get(name);
    if (known !== undefined) {
      if (known.stored !== stored) throw otherForm(name, known.stored);
      return known.domain;
    }
    const number = () => this.#guard(() => this.#numberOf(name, stored));
    number();
    const settings: DomainSettings = {name, number, form, expected, reversible, onOverlap: options.onOverlap ?? 'fail', remembered: this.#remembered};
    const domain = new StoredDomain(settings, this.#file, this.#ledger, this);
    this.#domains.set(name, {domain, stored});
    return domain;
  }

  begin(): void {
    assert(!this.#begun, 'no transaction is running');
    this.#begun = true;
  }

  commit(): void {
    assert(this.#begun, 'a transaction is running');
    this.#begun = false;
    if (this.#locked) this.#guard(() => this.#end());
    else this.#release();
  }

  rollback(): void {
    this.#begun = false;
    if (this.#locked) this.#undo();
    else this.#release();
  }

  /** For its domains: before a read. */
  reading(): void {
    if (!this.#begun || this.#locked) return;
    if (this.#reads === READS_AT_ONCE) this.#release();
    if (this.#reads++ === 0) this.#file.db.exec('BEGIN');
  }

  /** For its domains: whether the running transaction has locked the file. */
  get locked(): boolean {
    return this.#locked;
  }

  /** For its domains: runs `work` with the file locked for writing. */
  write<T>(work: () => T): T {
    return this.#write(work, !this.#begun);
  }

  #write<T>(work: () => T, alone: boolean): T {
    if (this.readOnly) {
      throw new PipelineError(ErrorCode.CONFIG, `the vault ${this.file} is open for reading only, and a value has no surrogate in it`, {remedy: 'run the copy first, with the same vault'});
    }
    if (!this.#locked) {
      // What was read may have changed by the time the lock is there: that is looked up again.
      this.#release();
      this.#file.db.exec('BEGIN IMMEDIATE');
      this.#locked = true;
    }
    if (!alone) return work();
    try {
      const result = work();
      this.#end();
      return result;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  verify(): number {
    return this.#guard(() => {
      const found = this.#file.db.pragma('integrity_check(1)', {simple: true});
      if (found !== 'ok') throw damaged(this.file, 'its pages are not in order');
      const entries = this.#proveDomains();
      const ids = this.#file.db.prepare<[], number>('SELECT DISTINCT domain FROM surrogates UNION SELECT domain FROM commits WHERE domain > 0').pluck().all();
      let sum = 0;
      for (const {name, id, form, reversible} of entries) {
        const settings: DomainSettings = {name, number: () => id, form, expected: 0, reversible, onOverlap: 'fail', remembered: 0};
        sum += new StoredDomain(settings, this.#file, this.#ledger, this).prove();
      }
      if (ids.some(id => !entries.some(entry => entry.id === id))) throw damaged(this.file, 'it has entries of a domain that it does not know');
      return sum;
    });
  }

  [Symbol.dispose](): void {
    if (!this.#file.db.open) return;
    this.rollback();
    this.#file.db.close();
  }

  #numberOf(name: string, stored: string): number {
    const code = this.#names.mac(Buffer.from(name));
    const select = this.#file.db.prepare<[Buffer], [number, Buffer]>('SELECT id, sealed FROM domains WHERE name = ?').raw();
    const found = select.get(code);
    const id = found === undefined ? null : this.#sameDomain(name, stored, found, code);
    if (id !== null) return id;
    const make = (): number => {
      const raced = select.get(code);
      if (raced !== undefined) return this.#sameDomain(name, stored, raced, code);
      const sealed = this.#sealedNames.encrypt(Buffer.from(stored), [code]);
      const id = Number(this.#file.db.prepare('INSERT INTO domains (name, sealed) VALUES (?, ?)').run(code, sealed).lastInsertRowid);
      this.#ledger.add(DOMAINS, [Buffer.from(String(id)), code, sealed]);
      return id;
    };
    // Before the file is locked: a transaction of its own, so that others are not held up until the running one ends.
    return this.#write(make, !this.#locked);
  }

  #sameDomain(name: string, stored: string, [id, sealed]: [number, Buffer], code: Buffer): number {
    const found = this.#openName(sealed, code);
    if (found !== stored) throw otherForm(name, found);
    return id;
  }

  #openName(sealed: Buffer, code: Buffer): string {
    try {
      return this.#sealedNames.decrypt(sealed, [code]).toString();
    } catch {
      throw damaged(this.file, 'the description of a domain was changed');
    }
  }

  /** Domains are few: each opening proves that the list is whole. */
  #proveDomains(): {readonly id: number; readonly name: string; readonly form: ReturnType<typeof resolveForm> | null; readonly reversible: boolean}[] {
    const rows = this.#file.db.prepare<[], [number, Buffer, Buffer]>('SELECT id, name, sealed FROM domains').raw().all();
    this.#ledger.prove(DOMAINS, rows.map(([id, name, sealed]) => [Buffer.from(String(id)), name, sealed]));
    return rows.map(([id, code, sealed]) => {
      const [name, text, reversible] = JSON.parse(this.#openName(sealed, code)) as [string, string, boolean];
      return {id, name, form: formOf(text), reversible};
    });
  }

  #end(): void {
    try {
      this.#ledger.close();
      this.#file.db.exec('COMMIT');
      this.#locked = false;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  /** Surrogates that were given out since `begin` are void: nobody may remember them. */
  #undo(): void {
    this.#ledger.forget();
    this.#locked = false;
    for (const {domain} of this.#domains.values()) domain.forget();
    if (this.#file.db.inTransaction) this.#file.db.exec('ROLLBACK');
  }

  #release(): void {
    if (this.#reads > 0 && this.#file.db.inTransaction) this.#file.db.exec('COMMIT');
    this.#reads = 0;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw failure(error, this.file);
    }
  }
}

function formOf(text: string): ReturnType<typeof resolveForm> | null {
  const [form, a, b] = text.split(' ');
  switch (form) {
    case 'sequence': return null;
    case 'integer': return resolveForm({form, min: Number(a), max: Number(b)});
    case 'hex': case 'digits': case 'letters': return resolveForm({form, length: Number(a)});
    default: return resolveForm({form: 'uuid'});
  }
}

function otherForm(name: string, stored: string): PipelineError {
  const [, form, reversible] = JSON.parse(stored) as [string, string, boolean];
  return new PipelineError(ErrorCode.CONFIG, `the domain ${name} was made with the form ${form}${reversible ? ', reversible' : ''}: it cannot be given another`,
    {remedy: 'use that form, or give the domain a new name'});
}
