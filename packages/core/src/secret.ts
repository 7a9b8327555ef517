const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const HIDDEN = '<secret>';

/** A password, token or key. Prints as `<secret>` everywhere; only `reveal` gives the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one call that hands it to a driver. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [INSPECT](): string {
    return HIDDEN;
  }
}
