import {once} from 'node:events';
import {createServer, type AddressInfo, type Server, type Socket} from 'node:net';
import {Long, ObjectId, Timestamp, type Document} from 'mongodb';
import {entryOf, type WireCollection} from './mongo-collections.ts';
import {WireCursors} from './mongo-cursors.ts';
import {tokenOf} from './mongo-events.ts';
import {failure, RESUMABLE} from './mongo-failures.ts';
import {onRequests, replyTo, type WireRequest} from './mongo-frames.ts';
import {collectionOf, logOf, streamOf} from './mongo-reads.ts';

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

/** Starts it on loopback; disposing closes its sockets. */
export async function startMongoWire(options: MongoWireOptions = {}): Promise<MongoWire> {
  const wire = new Wire(options);
  await wire.listen();
  return wire;
}

const SET_NAME = 'wire';

class Wire implements MongoWire {
  readonly commands: WireCommand[] = [];
  readonly #options: Required<MongoWireOptions>;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #cursors = new WireCursors();
  readonly #faults = new Map<string, WireFault[]>();
  readonly #events: Document[] = [];
  readonly #entries: Document[] = [];
  #ports: number[] = [];
  #primary = 0;
  #elections = 1;
  #now = new Timestamp({t: 1, i: 1});
  /** Events up to here are gone. */
  #forgotten = new Timestamp({t: 0, i: 0});
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
    this.#cursors.wake();
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
    this.#cursors.lose('all');
  }

  stepDown(): void {
    const old = this.#primary;
    this.#primary = (old + 1) % this.#options.members;
    this.#elections++;
    this.#cursors.lose({member: old});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#cursors.wake();
    await Promise.all(this.#servers.splice(0).map(async server => {
      server.close();
      await once(server, 'close');
    }));
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
      this.#cursors.lose({ids: command['cursors'] as readonly Long[]});
      return {cursorsKilled: command['cursors'], ok: 1};
    }
    if (!this.#isPrimary(member)) return failure(10_107, RESUMABLE);
    if (name === 'listCollections') return this.#list(command);
    if (name === 'aggregate') return this.#watch(member, command);
    if (name === 'find') return this.#find(member, command);
    if (name === 'getMore') return await this.#cursors.more(member, command, () => this.#isPrimary(member) ? null : failure(11_602, RESUMABLE));
    return failure(59);
  }

  #list(command: Document): Document {
    const hasLog = command['$db'] === 'local' && this.#options.oplog;
    const log = hasLog ? [{name: 'oplog.rs', type: 'collection', options: {capped: true}, info: {readOnly: false}}] : [];
    const firstBatch = command['$db'] === 'local' ? log : this.#options.collections.map(entryOf);
    return {cursor: {id: Long.fromNumber(0), ns: `${command['$db']}.$cmd.listCollections`, firstBatch}, ok: 1};
  }

  #watch(member: number, command: Document): Document {
    const asked = (command['pipeline'] as readonly Document[])[0]?.['$changeStream'] as Document | undefined;
    if (!asked) return failure(59);
    if (!this.#options.changeStreams) return failure(40_573);
    const stream = streamOf(command, asked, {events: this.#events, forgotten: this.#forgotten, now: () => this.#now});
    return 'refused' in stream ? stream.refused : this.#cursors.open(member, command, `${command['$db']}.$cmd.aggregate`, stream.more, true);
  }

  #find(member: number, command: Document): Document {
    const namespace = `${command['$db']}.${command['find']}`;
    const collection = command['$db'] === 'local' ? undefined : this.#options.collections.find(({name}) => name === command['find']);
    if (collection) {
      const more = collectionOf(command, collection);
      return more ? this.#cursors.open(member, command, namespace, more) : failure(59);
    }
    if (namespace !== 'local.oplog.rs' || !this.#options.oplog) return {cursor: {id: Long.fromNumber(0), ns: namespace, firstBatch: []}, ok: 1};
    return this.#cursors.open(member, command, namespace, logOf(command, this.#entries));
  }
}
