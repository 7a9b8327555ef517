import {test} from 'vitest';

/** Laws that a system cannot keep, each with the reason: shown as skipped. A name that is no law is an error. */
export type Skips = Readonly<Record<string, string>>;

/** Declares the laws of one suite as tests, skipping the named ones. */
export class Laws {
  readonly #skips: Skips;
  readonly #names = new Set<string>();
  readonly #automatic = new Set<string>();

  constructor(skips: Skips = {}) {
    this.#skips = skips;
  }

  /** Whether the law is to be kept: its fixtures are wanted. */
  keeps(name: string): boolean {
    return this.#skips[name] === undefined;
  }

  /** One law. `unless` is the reason to skip it that follows from the harness itself. */
  law(name: string, run: () => Promise<void>, unless: string | false | undefined = undefined, timeoutMs?: number): void {
    if (this.#names.has(name)) throw new Error(`two laws are called "${name}"`);
    this.#names.add(name);
    const reason = this.#skips[name] ?? unless;
    if (unless) this.#automatic.add(name);
    if (reason) test.skip(`${name} (skipped: ${reason})`, run);
    else test(name, run, timeoutMs);
  }

  /** Throws when a skip names no law, or one that is skipped anyway: a waiver must not outlive its reason. */
  finish(): void {
    for (const name of Object.keys(this.#skips)) {
      if (!this.#names.has(name)) throw new Error(`the harness skips "${name}", which is no law; laws are:\n  ${[...this.#names].join('\n  ')}`);
      if (this.#automatic.has(name)) throw new Error(`the harness skips "${name}", which a flag skips already`);
    }
  }
}
