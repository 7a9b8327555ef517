import type {PackedRows} from '@sluice/core';
import type {EncodedRows} from './packed-filling.ts';

/**
 * Batches of packed rows that go in one behind the other without anybody waiting for the server in between. All of them are kept until the
 * run is over, should one of their rows be refused. Bound: `PackedFilling.runBytes` and one batch.
 */
export class PackedRun {
  readonly kept: {readonly packed: PackedRows; readonly before: number}[] = [];
  rows = 0;
  bytes = 0;
  #next: Uint8Array | null = null;
  #closed = false;
  /** Whoever takes bytes waits for the next ones, or whoever gives them until the last ones are on their way: never both. */
  #wake: (() => void) | null = null;

  /** Once `wanted` has resolved. `before`: so many rows of the table came earlier. */
  add({packed, bytes}: EncodedRows, before: number): void {
    if (this.#next !== null || this.#closed) throw new Error('the run takes no batch now');
    this.kept.push({packed, before});
    this.rows += packed.rows;
    this.bytes += packed.bytes.length;
    this.#next = bytes;
    this.#wakeUp();
  }

  /** Resolves when the bytes that were added last are on their way, or nobody takes any more. */
  async wanted(): Promise<void> {
    while (this.#next !== null && !this.#closed) await this.#turn();
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  /** There is no further batch. */
  close(): void {
    this.#closed = true;
    this.#wakeUp();
  }

  /** The bytes in their order; each are done with when the next are asked for. */
  async *feed(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        while (this.#next === null && !this.#closed) await this.#turn();
        if (this.#next === null) return;
        yield this.#next;
        this.#next = null;
        this.#wakeUp();
      }
    } finally {
      this.close();
    }
  }

  #turn(): Promise<void> {
    return new Promise(resolve => { this.#wake = resolve; });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
