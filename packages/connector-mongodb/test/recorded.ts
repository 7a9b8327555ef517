import {BSON, type Document} from 'mongodb';

const {Binary, Long, Timestamp} = BSON;

/** What happens to documents, as a server of 7.0 records it. Each call is one time later than the one before. */
export class Recorder {
  readonly database: string;
  readonly #put: (record: {readonly event: Document; readonly entry: Document}) => Promise<void>;
  #i = 0;
  readonly #t: number;

  constructor(database: string, put: (record: {readonly event: Document; readonly entry: Document}) => Promise<void>, t = 1_700_000_000) {
    this.database = database;
    this.#put = put;
    this.#t = t;
  }

  async insert(collection: string, document: Document, database = this.database): Promise<void> {
    const {_id} = document;
    await this.#record({op: 'i', ns: `${database}.${collection}`, o: document, o2: {_id}}, {operationType: 'insert', fullDocument: document, documentKey: {_id}}, database, collection);
  }

  async update(collection: string, _id: unknown, set: Document): Promise<void> {
    const event = {operationType: 'update', documentKey: {_id}, updateDescription: {updatedFields: set, removedFields: [], truncatedArrays: []}};
    await this.#record({op: 'u', ns: `${this.database}.${collection}`, o: {$v: 2, diff: {u: set}}, o2: {_id}}, event, this.database, collection);
  }

  async replace(collection: string, document: Document): Promise<void> {
    const {_id} = document;
    await this.#record({op: 'u', ns: `${this.database}.${collection}`, o: document, o2: {_id}}, {operationType: 'replace', fullDocument: document, documentKey: {_id}}, this.database, collection);
  }

  async remove(collection: string, _id: unknown): Promise<void> {
    await this.#record({op: 'd', ns: `${this.database}.${collection}`, o: {_id}}, {operationType: 'delete', documentKey: {_id}}, this.database, collection);
  }

  async drop(collection: string): Promise<void> {
    await this.#record({op: 'c', ns: `${this.database}.$cmd`, o: {drop: collection}, o2: {numRecords: 1}}, {operationType: 'drop'}, this.database, collection);
  }

  async rename(collection: string, to: string): Promise<void> {
    const entry = {op: 'c', ns: `${this.database}.$cmd`, o: {renameCollection: `${this.database}.${collection}`, to: `${this.database}.${to}`, stayTemp: false}};
    await this.#record(entry, {operationType: 'rename', to: {db: this.database, coll: to}}, this.database, collection);
  }

  async dropDatabase(): Promise<void> {
    await this.#record({op: 'c', ns: `${this.database}.$cmd`, o: {dropDatabase: 1}}, {operationType: 'dropDatabase'}, this.database, null);
  }

  async #record(entry: Document, event: Document, database: string, collection: string | null): Promise<void> {
    const time = new Timestamp({t: this.#t, i: ++this.#i});
    const wall = new Date(this.#t * 1000);
    await this.#put({
      entry: {...entry, ui: new Binary(Buffer.alloc(16, 7), 4), ts: time, t: Long.fromNumber(1), v: Long.fromNumber(2), wall},
      event: {...event, clusterTime: time, wallTime: wall, ns: {db: database, ...collection !== null && {coll: collection}}},
    });
  }
}

/** What starts every oplog. */
export const firstEntry = (t = 1_600_000_000): Document => ({ts: new Timestamp({t, i: 1}), t: Long.fromNumber(1), v: Long.fromNumber(2), op: 'n', ns: '', wall: new Date(t * 1000), o: {msg: 'initiating set'}});
