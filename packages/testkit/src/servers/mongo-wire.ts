import {once} from 'node:events';
import {createServer, type AddressInfo, type Server, type Socket} from 'node:net';
import {Long, ObjectId, Timestamp, type Document} from 'mongodb';
import {entryOf, foundIn, type WireCollection} from './mongo-collections.ts';
import {onRequests, replyTo, type WireRequest} from './mongo-frames.ts';
import {dataOf, eventsFor, isInvalidate, shaped, timeOf, tokenOf, type StreamScope} from './mongo-events.ts';

/**
 * A server that speaks MongoDB's wire protocol to a real driver and plays what is put into it: events of change streams, entries of an
 * oplog, and collections with documents of any bytes. It answers no queries but those that a reader of changes or of whole collections sends. What it cannot do it refuses with
 * error 59. Faults come when a test asks for them.
 */
export interface MongoWire extends AsyncDisposable {
  /** `mongodb://127.0.0.1:…,…/?replicaSet=wire`, with a member that is down by no means. */
  readonly url: string;
  /** Commands that were answered, in order, greetings left out. */
  readonly commands: readonly WireCommand[];
  /** Adds an event of change streams and gives it its token; `time` is its `clusterTime`. Streams that wait for it get it at once. */
  addEvent(event: Document): void;
  /** Adds an entry to `local.oplog.rs`, whose last it is by its `ts`. Tailing cursors that wait get it at once. */
  addEntry(entry: Document): void;
  /** The time goes on to here without an event, as by the entries of others; empty answers of streams carry it. */
  advance(time: Timestamp): void;
  /** Takes away events and entries up to this time, itself included. */
  forget(until: Timestamp): void;
  /** The next command of this name fails so, wherever it arrives; called twice, the next two do. */
  fail(command: string, fault: WireFault): void;
  /** Every open cursor is gone: the next `getMore` is error 43. */
  loseCursors(): void;
  /** Another member becomes primary: whatever waits at the old one is interrupted, what comes there is refused, and its cursors are gone. Connections stay open. */
  stepDown(): void;
  /** Cursors of clients that are open now. */
  readonly openCursors: number;
}

export interface WireCommand {
  readonly name: string;
  readonly command: Document;
}

/** An error of the server by its number, or a connection that breaks or says nothing any more. */
export type WireFault = {readonly code: number; readonly labels?: readonly string[]} | 'reset' | 'silence';

export interface MongoWireOptions {
  /** Default: `replica set`. */
  readonly topology?: 'standalone' | 'replica set' | 'sharded cluster';
  /** Servers that listen; default 2 of a replica set, otherwise 1. */
  readonly members?: number;
  /** Whether it has change streams; default: unless standalone. */
  readonly changeStreams?: boolean;
  /** Whether there is `local.oplog.rs`; default: a replica set has. */
  readonly oplog?: boolean;
  /** What every database but `local` has; default: nothing. */
  readonly collections?: readonly WireCollection[];
  /** Default 21: MongoDB 7.0. */
  readonly wireVersion?: number;
}

interface Cursor {
  readonly member: number;
  readonly kind: 'stream' | 'log' | 'collection';
  readonly batchSize: number;
  readonly namespace: string;
  /** Documents behind the last that was given, and whether the cursor ends with them. */
  more(limit: number): {readonly documents: readonly (Document | Uint8Array)[]; readonly ended: boolean; readonly token?: Document};
}

/** Starts it on loopback; disposing closes its sockets. */
export async function startMongoWire(options: MongoWireOptions = {}): Promise<MongoWire> {
  const wire = new Wire(options);
  await wire.listen();
  return wire;
}

const SET_NAME = 'wire';
const DEFAULT_BATCH = 101;
const DEFAULT_WAIT_MS = 1000;

class Wire implements MongoWire {
  readonly commands: WireCommand[] = [];
  readonly #options: Required<MongoWireOptions>;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #cursors = new Map<string, Cursor>();
  readonly #faults = new Map<string, WireFault[]>();
  readonly #waiting = new Set<() => void>();
  readonly #events: Document[] = [];
  readonly #entries: Document[] = [];
  #ports: number[] = [];
  #primary = 0;
  #elections = 1;
  #now = new Timestamp({t: 1, i: 1});
  /** Events up to here are gone. */
  #forgotten = new Timestamp({t: 0, i: 0});
  #nextCursor = 1;
  #added = 0;

  constructor(options: MongoWireOptions) {
    const topology = options.topology ?? 'replica set';
    this.#options = {
      topology, members: topology === 'replica set' ? 2 : 1, changeStreams: topology !== 'standalone', oplog: topology === 'replica set', wireVersion: 21, collections: [], ...options,
    };
  }

  async listen(): Promise<void> {
    for (let member = 0; member < this.#options.members; member++) {
      const server = createServer(socket => { this.#greet(socket, member); });
      this.#servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    this.#ports = this.#servers.map(server => (server.address() as AddressInfo).port);
  }

  get url(): string {
    const hosts = this.#ports.map(port => `127.0.0.1:${port}`).join(',');
    return `mongodb://${hosts}/${this.#options.topology === 'replica set' ? `?replicaSet=${SET_NAME}` : ''}`;
  }

  get openCursors(): number {
    return this.#cursors.size;
  }

  addEvent(event: Document): void {
    const clusterTime = event['clusterTime'] as Timestamp;
    const kind = event['operationType'] === 'invalidate' ? 'invalidate' : 'event';
    this.#events.push({_id: tokenOf(clusterTime, kind, this.#added++), ...event});
    this.advance(clusterTime);
  }

  addEntry(entry: Document): void {
    this.#entries.push(entry);
    this.advance(entry['ts'] as Timestamp);
  }

  advance(time: Timestamp): void {
    if (time.greaterThan(this.#now)) this.#now = time;
    this.#wake();
  }

  forget(until: Timestamp): void {
    this.#forgotten = until;
    for (const [list, name] of [[this.#events, 'clusterTime'], [this.#entries, 'ts']] as const) {
      list.splice(0, list.filter(each => !(each[name] as Timestamp).greaterThan(until)).length);
    }
  }

  fail(command: string, fault: WireFault): void {
    this.#faults.set(command, [...this.#faults.get(command) ?? [], fault]);
  }

  loseCursors(): void {
    this.#cursors.clear();
    this.#wake();
  }

  stepDown(): void {
    const old = this.#primary;
    this.#primary = (old + 1) % this.#options.members;
    this.#elections++;
    for (const [id, {member}] of this.#cursors) if (member === old) this.#cursors.delete(id);
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#wake();
    await Promise.all(this.#servers.splice(0).map(async server => {
      server.close();
      await once(server, 'close');
    }));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #greet(socket: Socket, member: number): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    onRequests(socket, request => { void this.#serve(socket, member, request); });
  }

  async #serve(socket: Socket, member: number, request: WireRequest): Promise<void> {
    const name = Object.keys(request.command)[0]!;
    const isGreeting = /^(?:hello|ismaster)$/i.test(name);
    if (!isGreeting) this.commands.push({name, command: request.command});
    const fault = this.#faults.get(name)?.shift();
    if (fault === 'silence') return;
    if (fault === 'reset') return void socket.resetAndDestroy();
    const answer = fault ? failure(fault.code, fault.labels) : isGreeting ? this.#hello(member) : await this.#answer(member, name, request.command);
    if (request.silent || socket.destroyed) return;
    socket.write(replyTo(request, {...answer, ...this.#options.topology !== 'standalone' && this.#times()}));
  }

  #isPrimary(member: number): boolean {
    return member === this.#primary || this.#options.topology !== 'replica set';
  }

  #times(): Document {
    return {operationTime: this.#now, $clusterTime: {clusterTime: this.#now, signature: {hash: Buffer.alloc(20), keyId: Long.fromNumber(0)}}};
  }

  #hello(member: number): Document {
    const isPrimary = this.#isPrimary(member);
    const hosts = this.#ports.map(port => `127.0.0.1:${port}`);
    return {
      helloOk: true, isWritablePrimary: isPrimary, ismaster: isPrimary,
      ...this.#options.topology === 'replica set' && {
        setName: SET_NAME, setVersion: 1, hosts, me: hosts[member], primary: hosts[this.#primary], secondary: !isPrimary,
        ...isPrimary && {electionId: new ObjectId(this.#elections.toString(16).padStart(24, '0'))},
      },
      ...this.#options.topology === 'sharded cluster' && {msg: 'isdbgrid'},
      maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000, localTime: new Date(0),
      ...this.#options.topology !== 'standalone' && {logicalSessionTimeoutMinutes: 30},
      minWireVersion: 0, maxWireVersion: this.#options.wireVersion, readOnly: false, ok: 1,
    };
  }

  async #answer(member: number, name: string, command: Document): Promise<Document> {
    if (name === 'ping' || name === 'endSessions') return {ok: 1};
    if (name === 'buildInfo') return {version: '7.0.0', versionArray: [7, 0, 0, 0], ok: 1};
    if (name === 'killCursors') {
      for (const id of command['cursors'] as readonly Long[]) this.#cursors.delete(String(id));
      this.#wake();
      return {cursorsKilled: command['cursors'], ok: 1};
    }
    if (!this.#isPrimary(member)) return failure(10_107, RESUMABLE);
    if (name === 'listCollections') return this.#list(command);
    if (name === 'aggregate') return this.#watch(member, command);
    if (name === 'find') return this.#find(member, command);
    if (name === 'getMore') return await this.#more(member, command);
    return failure(59);
  }

  #list(command: Document): Document {
    const hasLog = command['$db'] === 'local' && this.#options.oplog;
    const log = hasLog ? [{name: 'oplog.rs', type: 'collection', options: {capped: true}, info: {readOnly: false}}] : [];
    const firstBatch = command['$db'] === 'local' ? log : this.#options.collections.map(entryOf);
    return {cursor: {id: Long.fromNumber(0), ns: `${command['$db']}.$cmd.listCollections`, firstBatch}, ok: 1};
  }

  #watch(member: number, command: Document): Document {
    const [stage, ...rest] = command['pipeline'] as readonly Document[];
    const asked = stage?.['$changeStream'] as Document | undefined;
    if (!asked) return failure(59);
    if (!this.#options.changeStreams) return failure(40_573);
    const token = (asked['startAfter'] ?? asked['resumeAfter']) as Document | undefined;
    const start = token ? timeOf(token) : asked['startAtOperationTime'] as Timestamp | undefined;
    // A stream goes on only from what the log still has.
    if (start && !start.greaterThan(this.#forgotten)) return failure(286, ['NonResumableChangeStreamError']);
    if (asked['resumeAfter'] && token && isInvalidate(token)) return failure(260);
    const scope: StreamScope = {database: asked['allChangesForCluster'] ? null : String(command['$db']), after: token ?? null, from: start ?? this.#now};
    let given = 0;
    let reached = token ?? tokenOf(scope.from, 'mark');
    const more = (limit: number) => {
      const all = eventsFor(this.#events, scope);
      const documents = all.slice(given, given + limit);
      given += documents.length;
      const last = documents.at(-1);
      const mark = tokenOf(this.#now, 'mark');
      if (last) reached = last['_id'] as Document;
      // Nothing is left: then the stream stands where the cluster does, but never before what it gave.
      if (given === all.length && dataOf(mark) > dataOf(reached)) reached = mark;
      const ended = last?.['operationType'] === 'invalidate';
      return {documents: documents.map(event => shaped(event, rest)), ended, token: ended ? last['_id'] as Document : reached};
    };
    return this.#open({member, kind: 'stream', batchSize: sizeOf(command), namespace: `${command['$db']}.$cmd.aggregate`, more}, true);
  }

  #find(member: number, command: Document): Document {
    const namespace = `${command['$db']}.${command['find']}`;
    const collection = command['$db'] === 'local' ? undefined : this.#options.collections.find(({name}) => name === command['find']);
    if (collection) return this.#read(member, command, collection);
    if (namespace !== 'local.oplog.rs' || !this.#options.oplog) return {cursor: {id: Long.fromNumber(0), ns: namespace, firstBatch: []}, ok: 1};
    const asked: unknown = command['filter']?.['ts'] ?? {};
    const {$gt, $gte, $eq, $lte} = (asked instanceof Timestamp ? {$eq: asked} : asked) as Readonly<Record<string, Timestamp | undefined>>;
    const backwards = Number(command['sort']?.['$natural'] ?? 1) < 0;
    const matching = () => {
      const found = this.#entries.filter(({ts}) => (!$gt || ts.greaterThan($gt)) && (!$gte || !ts.lessThan($gte)) && (!$eq || ts.equals($eq)) && (!$lte || !ts.greaterThan($lte)));
      return backwards ? found.toReversed() : found;
    };
    const limit = Number(command['limit'] ?? 0) || Infinity;
    let last: Timestamp | null = null;
    let given = 0;
    const tailable = command['tailable'] === true;
    const more = (most: number) => {
      const rest = tailable ? matching().filter(({ts}) => last === null || ts.greaterThan(last)) : matching().slice(given, limit);
      const documents = rest.slice(0, most);
      given += documents.length;
      last = documents.at(-1)?.['ts'] ?? last;
      return {documents, ended: !tailable && documents.length === rest.length};
    };
    return this.#open({member, kind: 'log', batchSize: sizeOf(command), namespace, more}, false);
  }

  #read(member: number, command: Document, collection: WireCollection): Document {
    const found = foundIn(collection, command['filter'] ?? {})?.slice(0, Number(command['limit'] ?? 0) || Infinity);
    if (!found) return failure(59);
    let given = 0;
    const more = (limit: number) => {
      const documents = found.slice(given, given + limit);
      given += documents.length;
      return {documents, ended: given === found.length};
    };
    return this.#open({member, kind: 'collection', batchSize: sizeOf(command), namespace: `${command['$db']}.${collection.name}`, more}, false);
  }

  #open(cursor: Cursor, stream: boolean): Document {
    const {documents, ended, token} = cursor.more(cursor.batchSize);
    const id = ended ? 0 : this.#nextCursor++;
    if (id !== 0) this.#cursors.set(String(id), cursor);
    return {cursor: {id: Long.fromNumber(id), ns: cursor.namespace, firstBatch: documents, ...stream && {postBatchResumeToken: token}}, ok: 1};
  }

  async #more(member: number, command: Document): Promise<Document> {
    const id = String(command['getMore']);
    const limit = sizeOf({cursor: command});
    const ends = Date.now() + Number(command['maxTimeMS'] ?? DEFAULT_WAIT_MS);
    for (;;) {
      const cursor = this.#cursors.get(id);
      if (!this.#isPrimary(member)) return failure(11_602, RESUMABLE);
      if (cursor?.member !== member) return failure(43);
      const {documents, ended, token} = cursor.more(limit);
      const left = ends - Date.now();
      if (documents.length === 0 && !ended && left > 0) {
        await this.#change(left);
        continue;
      }
      if (ended) this.#cursors.delete(id);
      return {cursor: {id: ended ? Long.fromNumber(0) : command['getMore'], ns: cursor.namespace, nextBatch: documents, ...token && {postBatchResumeToken: token}}, ok: 1};
    }
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

/** What servers since 4.4 say of errors after which a change stream may go on. */
const RESUMABLE = ['ResumableChangeStreamError'];

const sizeOf = (command: Document): number => Number(command['cursor']?.['batchSize'] ?? command['batchSize'] ?? DEFAULT_BATCH) || DEFAULT_BATCH;

function failure(code: number, labels: readonly string[] = []): Document {
  return {ok: 0, code, codeName: `Error${code}`, errmsg: 'refused', ...labels.length > 0 && {errorLabels: labels}};
}
