import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type NetConnectOpts, type Socket} from 'node:net';

/** A TCP connection's two halves. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A way to a server that can be broken at will. Listens on loopback until it is disposed. */
export interface BreakableProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Bytes that came from the server and went on to the client, over all connections. */
  readonly bytesToClient: number;
  readonly bytesToServer: number;
  /** Breaks every open connection with a reset, on both sides; new ones work. */
  cut(): void;
  /** Breaks every open connection and every new one at once, as a server that is down, until `resume`. */
  down(): void;
  /** Forwards nothing any more, in either direction, and closes nothing: a cable pulled, a firewall that forgot. New connections too. */
  goSilent(): void;
  /** Forwards at most about this many bytes a second to the client, on each connection. */
  throttle(bytesPerSecond: number): void;
  /** Back to forwarding everything at once. */
  resume(): void;
}

/** Opens a proxy to a port of this machine, or to a socket. Connect to `127.0.0.1` and its `port`. */
export async function breakableProxy(target: number | NetConnectOpts): Promise<BreakableProxy> {
  const to: NetConnectOpts = typeof target === 'number' ? {host: '127.0.0.1', port: target} : target;
  const pairs = new Set<Pair>();
  const sockets = new Set<Socket>();
  let isDown = false;
  let isSilent = false;
  let bytesPerSecond = Infinity;
  let bytesToClient = 0;
  let bytesToServer = 0;

  const forward = (from: Socket, into: Socket, slow: boolean, count: (bytes: number) => void) => {
    from.on('data', chunk => {
      count(chunk.length);
      into.write(chunk);
      const waitMs = slow && bytesPerSecond < Infinity ? (chunk.length / bytesPerSecond) * 1000 : 0;
      if (!into.writableNeedDrain && waitMs === 0) return;
      from.pause();
      const onceDrained = () => {
        if (into.writableNeedDrain) into.once('drain', () => proceed(from));
        else proceed(from);
      };
      if (waitMs > 0) setTimeout(onceDrained, waitMs).unref();
      else onceDrained();
    });
    from.on('end', () => { if (!isSilent) into.end(); });
  };
  const proceed = (socket: Socket) => { if (!isSilent && !socket.destroyed) socket.resume(); };
  const drop = ({client, server}: Pair) => {
    client.resetAndDestroy();
    // Only TCP knows resets; a socket in the file system is closed.
    if ('path' in to) server.destroy();
    else server.resetAndDestroy();
  };

  const listener = createServer({allowHalfOpen: true, pauseOnConnect: true}, client => {
    if (isDown) return void client.resetAndDestroy();
    const server = connect({...to, allowHalfOpen: true});
    const pair = {client, server};
    pairs.add(pair);
    forward(client, server, false, bytes => { bytesToServer += bytes; });
    forward(server, client, true, bytes => { bytesToClient += bytes; });
    if (isSilent) for (const socket of [client, server]) socket.pause();
    else client.resume();
    for (const [socket, other] of [[client, server], [server, client]] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        pairs.delete(pair);
        if (!isSilent) other.destroy();
      });
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  return {
    port: (listener.address() as AddressInfo).port,
    get connections() { return pairs.size; },
    get bytesToClient() { return bytesToClient; },
    get bytesToServer() { return bytesToServer; },
    cut() { for (const pair of pairs) drop(pair); },
    down() {
      isDown = true;
      for (const pair of pairs) drop(pair);
    },
    goSilent() {
      isSilent = true;
      for (const {client, server} of pairs) for (const socket of [client, server]) socket.pause();
    },
    throttle(limit) { bytesPerSecond = limit; },
    resume() {
      isDown = isSilent = false;
      bytesPerSecond = Infinity;
      for (const {client, server} of pairs) for (const socket of [client, server]) proceed(socket);
    },
    async [Symbol.asyncDispose]() {
      isSilent = false;
      for (const socket of sockets) socket.destroy();
      if (!listener.listening) return;
      const closed = once(listener, 'close');
      listener.close();
      await closed;
    },
  };
}
