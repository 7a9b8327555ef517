import {Long, type Document} from 'mongodb';
import {failure} from './mongo-failures.ts';

/** Documents behind the last that was given, and whether the cursor ends with them; a change stream stands at a token after them. */
export type More = (limit: number) => {readonly documents: readonly (Document | Uint8Array)[]; readonly ended: boolean; readonly token?: Document};

interface Cursor {
  readonly member: number;
  readonly namespace: string;
  readonly more: More;
}

const DEFAULT_BATCH = 101;
const DEFAULT_WAIT_MS = 1000;

/** The cursors of a server's clients, each at the member that opened it, and what waits for their next documents. */
export class WireCursors {
  readonly #cursors = new Map<string, Cursor>();
  readonly #waiting = new Set<() => void>();
  #next = 1;

  get size(): number {
    return this.#cursors.size;
  }

  /** The answer with its first batch; the cursor stays unless it ends with that. `stream`: of changes. */
  open(member: number, command: Document, namespace: string, more: More, stream = false): Document {
    const {documents, ended, token} = more(sizeOf(command['cursor'] ?? command));
    const id = ended ? 0 : this.#next++;
    if (id !== 0) this.#cursors.set(String(id), {member, namespace, more});
    return {cursor: {id: Long.fromNumber(id), ns: namespace, firstBatch: documents, ...stream && {postBatchResumeToken: token}}, ok: 1};
  }

  /** The answer to `getMore`, which waits for documents as long as the command says. `refused`: why the member takes no commands now, or null. */
  async more(member: number, command: Document, refused: () => Document | null): Promise<Document> {
    const id = String(command['getMore']);
    const ends = Date.now() + Number(command['maxTimeMS'] ?? DEFAULT_WAIT_MS);
    for (;;) {
      const cursor = this.#cursors.get(id);
      const refusal = refused();
      if (refusal) return refusal;
      if (cursor?.member !== member) return failure(43);
      const {documents, ended, token} = cursor.more(sizeOf(command));
      const left = ends - Date.now();
      if (documents.length === 0 && !ended && left > 0) {
        await this.#change(left);
        continue;
      }
      if (ended) this.#cursors.delete(id);
      return {cursor: {id: ended ? Long.fromNumber(0) : command['getMore'], ns: cursor.namespace, nextBatch: documents, ...token && {postBatchResumeToken: token}}, ok: 1};
    }
  }

  /** Takes cursors away: these, or all of a member, or all there are. */
  lose(which: {readonly ids: readonly Long[]} | {readonly member: number} | 'all'): void {
    if (which === 'all') this.#cursors.clear();
    else if ('ids' in which) for (const id of which.ids) this.#cursors.delete(String(id));
    else for (const [id, {member}] of this.#cursors) if (member === which.member) this.#cursors.delete(id);
    this.wake();
  }

  /** Whatever waits looks again. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when something was added or lost, or the time is over. */
  async #change(timeoutMs: number): Promise<void> {
    await new Promise<void>(resolve => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }
}

const sizeOf = (asked: Document): number => Number(asked['batchSize'] ?? DEFAULT_BATCH) || DEFAULT_BATCH;
