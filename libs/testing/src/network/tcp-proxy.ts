import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP connection that a test can cut or let hang. */
export interface TcpProxy {
  port: number;
  /** Ends every connection and refuses new ones, as a stopped server does. */
  cut(): void;
  /** Keeps connections open and passes nothing on, as a half-open connection does. */
  hang(): void;
  /** Passes everything on again; what was sent while hanging is delivered now. */
  restore(): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  let state: 'open' | 'cut' | 'hanging' = 'open';
  const sockets = new Set<Socket>();

  const track = (socket: Socket, other: () => Socket) => {
    sockets.add(socket);
    socket.on('error', () => other().destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other().destroy();
    });
  };

  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(target.port, target.host);
    track(client, () => upstream);
    track(upstream, () => client);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => client.write(chunk));
    if (state === 'hanging') pauseAll([client, upstream]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    hang() {
      state = 'hanging';
      pauseAll(sockets);
    },
    restore() {
      state = 'open';
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pauseAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.pause();
}

/** The same database through a proxy: `url` is what the part under test is given. */
export async function databaseProxy(databaseUrl: string): Promise<TcpProxy & { url: string }> {
  const url = new URL(databaseUrl);
  const proxy = await tcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return { ...proxy, url: url.href };
}
