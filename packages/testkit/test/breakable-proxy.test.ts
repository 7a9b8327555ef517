import {once} from 'node:events';
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {breakableProxy, until, type BreakableProxy} from '../src/index.ts';

/** A server that sends back what it gets, and lots of bytes when it gets `MORE`. */
let server: Server;
let accepted: Socket[];
let proxy: BreakableProxy;
let clients: Socket[];

beforeEach(async () => {
  accepted = [];
  clients = [];
  server = createServer(socket => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.on('data', chunk => socket.write(String(chunk) === 'MORE' ? Buffer.alloc(8_000_000, 'm') : chunk));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await breakableProxy((server.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await proxy[Symbol.asyncDispose]();
  server.close();
});

/** A client, what it has received, and how its connection ended. */
async function dial() {
  const socket = connect(proxy.port, '127.0.0.1');
  const state = {socket, received: '', ended: '' as '' | 'error' | 'closed'};
  clients.push(socket);
  socket.on('data', chunk => { state.received += String(chunk); });
  socket.on('error', () => { state.ended = 'error'; });
  socket.on('close', () => { state.ended ||= 'closed'; });
  await once(socket, 'connect').catch(() => {});
  return state;
}

async function echo(client: Awaited<ReturnType<typeof dial>>, text: string) {
  const before = client.received;
  client.socket.write(text);
  await until('the echo', () => client.received === before + text);
}

describe('breakableProxy', () => {
  test('forwards both ways and counts', async () => {
    const client = await dial();
    await echo(client, 'hello');
    expect([proxy.connections, proxy.bytesToServer, proxy.bytesToClient]).toEqual([1, 5, 5]);
    client.socket.end();
    await until('both sides are closed', () => client.ended === 'closed' && proxy.connections === 0);
  });

  test('cut breaks what is open on both sides; new connections work', async () => {
    const client = await dial();
    await echo(client, 'a');
    proxy.cut();
    await until('the client sees a reset', () => client.ended === 'error');
    await until('the server sees it too', () => accepted[0]!.destroyed);
    await echo(await dial(), 'b');
  });

  test('down breaks new connections too, until resume', async () => {
    const client = await dial();
    await echo(client, 'a');
    proxy.down();
    await until('the open connection breaks', () => client.ended === 'error');
    const next = await dial();
    await until('the new connection breaks', () => next.ended === 'error');
    proxy.resume();
    await echo(await dial(), 'b');
  });

  test('goSilent forwards nothing and closes nothing, until resume', async () => {
    const client = await dial();
    await echo(client, 'a');
    proxy.goSilent();
    client.socket.write('b');
    const late = await dial();
    late.socket.write('c');
    // Another connection through another proxy has gone all the way meanwhile: the silence is not slowness.
    await using other = await breakableProxy((server.address() as AddressInfo).port);
    const witness = connect(other.port, '127.0.0.1').on('error', () => {});
    clients.push(witness);
    witness.write('x');
    await once(witness, 'data');
    expect([client.received, client.ended, late.received, late.ended]).toEqual(['a', '', '', '']);
    expect(accepted[0]!.destroyed).toBe(false);
    proxy.resume();
    await until('what was held back arrives', () => client.received === 'ab' && late.received === 'c');
  });

  test('throttle slows the way to the client down', async () => {
    const client = await dial();
    await echo(client, 'a');
    proxy.throttle(4_000_000);
    const start = performance.now();
    client.socket.write('MORE');
    await until('all has arrived', () => client.received.length === 8_000_001);
    expect(performance.now() - start).toBeGreaterThan(1000);
  });

  test('a client that does not read holds the server up', async () => {
    const client = await dial();
    await echo(client, 'a');
    client.socket.pause();
    for (let i = 0; i < 5; i++) accepted[0]!.write(Buffer.alloc(8_000_000));
    await until('the server waits', () => accepted[0]!.writableNeedDrain);
    expect(proxy.bytesToClient).toBeLessThan(30_000_000);
  });

  test('disposing twice closes everything, silent connections included', async () => {
    const client = await dial();
    await echo(client, 'a');
    proxy.goSilent();
    await proxy[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await until('the server side is closed', () => accepted[0]!.destroyed);
  });
});
