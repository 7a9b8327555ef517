import type {Endpoint} from '@sluice/core';

/** An oplog that is read apart from the documents: of one shard, by the name its positions go by. */
export interface NamedEndpoint {
  readonly name: string;
  readonly endpoint: Endpoint;
}

/** One oplog and where it is. */
export interface OplogPlace extends NamedEndpoint {
  /** `DATABASE.COLLECTION`. */
  readonly namespace: string;
}

/** What every command that touches both ends knows: from flags, a YAML file or an INI file of the superseded system. */
export interface Settings extends SourceSettings {
  /** Where the tables go. */
  readonly target: Endpoint;
}

/** The same without a target. */
export interface SourceSettings {
  /** The database with the collections. */
  readonly source: Endpoint;
  /** The oplogs of the shards, in the order of their names; at least one. */
  readonly oplogs: readonly OplogPlace[];
  /** How changes are told: `auto` takes change streams where the server has them. */
  readonly changes: 'auto' | 'streams' | 'oplog';
  /** Schema files: a folder of them or one; undefined: documents are looked at. */
  readonly schemas: string | undefined;
  /** Patterns of the collections to work on; empty: all. */
  readonly collections: readonly string[];
  /** Names and columns as the superseded system made them. */
  readonly compat: boolean;
  /** Before the name of every table. */
  readonly prefix: string;
  /** Whether a policy decides what may leave. */
  readonly masked: boolean;
}
