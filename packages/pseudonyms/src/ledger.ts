import type Database from 'better-sqlite3';
import {BLOCK, Cmac, xorInto} from './cmac.ts';
import {damaged} from './failure.ts';
import type {VaultFile} from './vault-file.ts';

/** One entry as the ledger sees it: the domain, 0 for the list of domains, and its fields. */
export type Fields = readonly (Uint8Array | null)[];

/**
 * The table `commits`: for every domain the number of its entries and a code over all of them, so that what others remove, add or exchange is found. Works inside
 * the transaction that the caller holds.
 */
export class Ledger {
  readonly #file: VaultFile;
  readonly #mac: Cmac;
  readonly #last: Database.Statement<[number], [number, Buffer, Buffer]>;
  readonly #append: Database.Statement<[number, number, Buffer, Buffer]>;
  /** What the running transaction added. */
  readonly #added = new Map<number, {entries: number; readonly total: Buffer}>();

  constructor(file: VaultFile) {
    this.#file = file;
    this.#mac = new Cmac(file.derive('ledger'));
    this.#last = file.db.prepare<[number], [number, Buffer, Buffer]>('SELECT entries, total, code FROM commits WHERE domain = ? ORDER BY entries DESC LIMIT 1').raw();
    this.#append = file.db.prepare('INSERT INTO commits (domain, entries, total, code) VALUES (?, ?, ?, ?)');
  }

  /** Counts an entry that was just inserted. */
  add(domain: number, fields: Fields): void {
    let added = this.#added.get(domain);
    if (added === undefined) this.#added.set(domain, added = {entries: 0, total: Buffer.alloc(BLOCK)});
    added.entries++;
    xorInto(added.total, 0, this.#codeOf(domain, fields));
  }

  /** Entries of a domain, those of the running transaction included. Throws CONFIG for damage. */
  entries(domain: number): number {
    return this.#read(domain).entries + (this.#added.get(domain)?.entries ?? 0);
  }

  /** Writes down what was added: just before the transaction is committed. */
  close(): void {
    for (const [domain, added] of this.#added) {
      const {entries, total} = this.#read(domain);
      xorInto(total, 0, added.total);
      const sum = entries + added.entries;
      this.#append.run(domain, sum, total, this.#seal(domain, sum, total));
    }
    this.forget();
  }

  /** Forgets what was added. */
  forget(): void {
    this.#added.clear();
  }

  /** Compares the entries of a domain, all of them, with what was written down. Throws CONFIG when they differ. */
  prove(domain: number, all: Iterable<Fields>): number {
    const {entries, total} = this.#read(domain);
    const found = Buffer.alloc(BLOCK);
    let count = 0;
    for (const fields of all) {
      count++;
      xorInto(found, 0, this.#codeOf(domain, fields));
    }
    if (count !== entries || !found.equals(total)) throw damaged(this.#file.path, 'entries were removed, added or changed');
    return count;
  }

  #read(domain: number): {readonly entries: number; readonly total: Buffer} {
    const row = this.#last.get(domain);
    if (row === undefined) return {entries: 0, total: Buffer.alloc(BLOCK)};
    const [entries, total, code] = row;
    if (total.length !== BLOCK || !this.#seal(domain, entries, total).equals(code)) throw damaged(this.#file.path, 'its count of entries was changed');
    return {entries, total};
  }

  #seal(domain: number, entries: number, total: Uint8Array): Buffer {
    return this.#mac.mac(Buffer.concat([Buffer.from(`total ${domain} ${entries} `), total]));
  }

  #codeOf(domain: number, fields: Fields): Buffer {
    return this.#mac.mac(Buffer.concat([Buffer.from(`entry ${domain} ${fields.map(field => field?.length ?? 'null').join(' ')} `), ...fields.flatMap(field => (field === null ? [] : [field]))]));
  }
}
