import { startDemoIdp } from './start.js';

/** The demo identity provider as a process of its own. `PORT`, `DNS_PORT`, `DATA_DIR` and `PUBLIC_URL` set it up. */
const port = Number(process.env.PORT ?? 8081);
try {
  const idp = await startDemoIdp({
    port,
    dnsPort: Number(process.env.DNS_PORT ?? 8053),
    dataDir: process.env.DATA_DIR ?? '.gatehouse',
    publicUrl: process.env.PUBLIC_URL,
  });
  console.log(`Demo identity provider: ${idp.url}, DNS at ${idp.dnsAddress}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void idp.close());
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE'
      ? `Port ${port} or the DNS port is taken. Set PORT or DNS_PORT to a free one.`
      : message,
  );
  process.exit(1);
}
