import {findField, idJson, type RawValue} from '@sluice/bson';
import {ErrorCode, must, PipelineError} from '@sluice/core';

/**
 * Looks at documents of a sharded cluster, as they come in the order of `_id`. Where another field parts the collection, each shard has ids of its
 * own, and nothing keeps two documents from having the same one: a position is an id, and reading on behind it would leave the second one out.
 */
export class DifferentIds {
  readonly #collection: string;
  #last: string | null = null;
  #isBegun = false;

  constructor(collection: string) {
    this.#collection = collection;
  }

  /** Documents are read from the one of this id on, which was given before; null: from elsewhere on. */
  begin(given: RawValue | null): void {
    this.#last = given && textOf(given);
    this.#isBegun = given === null;
  }

  /** The documents without the one that was given before. Throws VALUE for one with the id of the one before it. */
  look(documents: readonly Uint8Array[]): readonly Uint8Array[] {
    let isGiven = false;
    for (const [i, document] of documents.entries()) {
      const id = textOf(must(findField(document, '_id'), '_id'));
      if (id === this.#last) {
        if (this.#isBegun) throw this.#twice();
        isGiven = i === 0;
      }
      this.#isBegun = true;
      this.#last = id;
    }
    return isGiven ? documents.slice(1) : documents;
  }

  #twice(): PipelineError {
    return new PipelineError(ErrorCode.VALUE, `collection ${this.#collection}: two documents have the same _id, on different shards`, {
      table: this.#collection, remedy: 'give one of them another _id: by it rows are found again, and reading goes on',
    });
  }
}

/** Numbers of different types may be one id. */
const textOf = (id: RawValue): string => idJson(id).text;
