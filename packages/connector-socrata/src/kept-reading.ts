import {isRefusedQuery, notSocrata} from './errors.ts';
import type {KeptSoFar, PageKeep} from './page-keep.ts';
import {readMembers} from './row-members.ts';
import {RowSplitter} from './row-splitter.ts';

/** A read of fewer pages begins anew: that costs as little as asking whether its rows are still the same. */
const LEAST_PAGES = 10;
/** Characters of rows that are kept together; the next ones wait until these are. */
const PIECE = 1 << 20;

/** What the portal says of rows. */
interface Facts {
  readonly rows: number;
  readonly lastUpdated: string | null;
}

/** A read from the first row to the last, as the portal has them now. */
export interface WholeRead {
  readonly host: string;
  /** Another text for whatever would give other rows, or the same in another form. */
  readonly work: string;
  readonly now: Facts;
  readonly pageRows: number;
  /** Asks the portal for a page. */
  page(query: string, signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** What the portal says of the rows up to one, itself included. Throws as a query does. */
  upTo(id: string): Promise<Facts>;
}

/**
 * Pages of a read of which what came is kept: those that an earlier read left are given as the portal sent them then, once it has said that they are the same rows
 * still; the others it is asked for. So whoever counts and sums the rows sees all of them, as if they came in one go.
 */
export class KeptReading {
  readonly #keep: PageKeep;
  readonly #read: WholeRead;

  private constructor(keep: PageKeep, read: WholeRead) {
    this.#keep = keep;
    this.#read = read;
  }

  /** Null: it is not worth it. Throws as `upTo` does. */
  static async begin(keep: PageKeep, read: WholeRead): Promise<KeptReading | null> {
    const {work, now} = read;
    const found = await keep.find(work);
    const why = found === null ? null : await whyOther(found, read);
    if (found !== null && why === null) await keep.goOn(now.lastUpdated);
    else if (now.rows < LEAST_PAGES * read.pageRows) {
      await keep.forget(why);
      return null;
    } else await keep.begin(work, now.lastUpdated, why);
    return new KeptReading(keep, read);
  }

  /** Texts of the rows that a query gives. Throws as the portal's page does. */
  async *page(query: string, signal: AbortSignal): AsyncGenerator<readonly string[]> {
    const kept = this.#keep.page(query);
    if (kept === null) {
      yield* this.#keeping(query, this.#read.page(query, signal));
      return;
    }
    for await (const piece of kept) {
      signal.throwIfAborted();
      const splitter = new RowSplitter(this.#read.host);
      yield splitter.push(piece);
      splitter.end();
    }
  }

  /** The rows are not those that the portal says it has: nobody goes on with them. */
  async distrust(): Promise<void> {
    await this.#keep.forget(null);
  }

  /** Keeps what whoever reads has taken: a page that breaks off is one of fewer rows. */
  async *#keeping(query: string, pages: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
    let held: string[] = [];
    let length = 0;
    let rows = 0;
    let last = '';
    const add = async () => {
      if (held.length > 0) await this.#keep.add(`[${held.join(',')}]`);
      held = [];
      length = 0;
    };
    const end = async () => {
      await add();
      if (rows > 0) await this.#keep.end(query, {rows, last: this.#idOf(last)});
    };
    try {
      for await (const texts of pages) {
        yield texts;
        for (const text of texts) length += text.length;
        held.push(...texts);
        rows += texts.length;
        last = texts.at(-1) ?? last;
        if (length >= PIECE) await add();
      }
    } catch (error) {
      await end();
      throw error;
    }
    await end();
  }

  #idOf(text: string): string {
    let id: string | null = null;
    readMembers(text, (key, kind, value) => { if (key === ':id' && kind === 'string') id = value; });
    if (id === null) throw notSocrata(this.#read.host, 'a row has no :id');
    return id;
  }
}

/** Why the rows that were read before are not those that the portal has now; null where they are. */
async function whyOther(found: KeptSoFar, {upTo}: WholeRead): Promise<string | null> {
  let now: Facts;
  try {
    now = await upTo(found.last);
  } catch (error) {
    if (!isRefusedQuery(error)) throw error;
    return 'the publisher has replaced them';
  }
  if (now.rows !== found.rows) return `the publisher has deleted, added or replaced some of them: there are ${now.rows.toLocaleString('en-US')} now`;
  // One form, in UTC.
  const isLater = now.lastUpdated !== null && (found.lastUpdated === null || now.lastUpdated > found.lastUpdated);
  return isLater ? 'the publisher has changed some of them' : null;
}
