/** Most row numbers that a document lists per kind. */
export const LISTED = 1000;

/**
 * Row numbers, 0-based, of one kind of difference. Bound: the first {@link LISTED} of them, and some
 * that wait to be sorted out; all of them, 8 bytes each, where a repair will look for the rows.
 */
export class Ordinals {
  readonly #keepAll: boolean;
  #kept = new Float64Array(LISTED * 4);
  #length = 0;
  #count = 0;

  constructor(keepAll: boolean) {
    this.#keepAll = keepAll;
  }

  add(ordinal: number): void {
    if (this.#length === this.#kept.length) this.#makeRoom();
    this.#kept[this.#length++] = ordinal;
    this.#count++;
  }

  /** Rows of which not all numbers are known. */
  addMany(known: readonly number[], count: number): void {
    for (const ordinal of known) this.add(ordinal);
    this.#count += count - known.length;
  }

  get count(): number {
    return this.#count;
  }

  /** In ascending order: all of them, or the first ones. */
  sorted(): Float64Array {
    return this.#kept.slice(0, this.#length).sort();
  }

  first(): number[] {
    return [...this.sorted().subarray(0, LISTED)];
  }

  #makeRoom(): void {
    const sorted = this.sorted();
    if (this.#keepAll) {
      this.#kept = new Float64Array(this.#length * 2);
      this.#kept.set(sorted);
      return;
    }
    this.#length = LISTED;
    this.#kept.set(sorted.subarray(0, LISTED));
  }
}
