/** Which requests a fault is for: metadata, pages of rows, or queries with aggregates. */
export type SodaTopic = 'metadata' | 'rows' | 'totals';

export type SodaFault =
  /** 429, with `Retry-After` where it is given. */
  | {readonly kind: 'throttle'; readonly retryAfter?: string}
  /** A status with a body; default: the old core's 500. */
  | {readonly kind: 'error'; readonly status: number; readonly body?: string}
  /** 200 with a page for people. */
  | {readonly kind: 'html'}
  /** 200 with this body, which says that it is JSON. */
  | {readonly kind: 'body'; readonly text: string}
  | {readonly kind: 'redirect'; readonly to: string}
  /** The connection breaks behind so many rows of a page, in the middle of the next. */
  | {readonly kind: 'cut'; readonly afterRows: number}
  /** The answer ends behind so many rows as if that were all, without the closing bracket. */
  | {readonly kind: 'unfinished'; readonly afterRows: number}
  /** The connection is reset before anything is said. */
  | {readonly kind: 'reset'}
  /** Nothing is said, ever. */
  | {readonly kind: 'silence'}
  /** Nothing is said before this is settled. */
  | {readonly kind: 'slow'; readonly until: Promise<unknown>}
  /** The rows of the page come from the last to the first. */
  | {readonly kind: 'reorder'}
  /** The condition of the query is not looked at: the same page comes again and again. */
  | {readonly kind: 'repeat'};

/** Faults that wait for their requests, in the order in which they were asked for. */
export class FaultQueue {
  readonly #waiting: {readonly topic: SodaTopic; readonly fault: SodaFault; times: number}[] = [];

  add(topic: SodaTopic, fault: SodaFault, times: number): void {
    this.#waiting.push({topic, fault, times});
  }

  /** The fault for a request of this kind, which is used up by it; null where none waits. */
  take(topic: SodaTopic): SodaFault | null {
    const at = this.#waiting.findIndex(each => each.topic === topic);
    const found = this.#waiting[at];
    if (!found) return null;
    if (--found.times === 0) this.#waiting.splice(at, 1);
    return found.fault;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
