import { createServer } from 'node:http';

/**
 * An application that knows nothing of single sign-on: it believes the headers that nginx sets. It must listen where only
 * nginx reaches it; where others might, verify `x-gatehouse-token` by Gatehouse's /.well-known/jwks.json instead.
 */
const server = createServer(({ headers }, response) => {
  const gatehouse = Object.entries(headers).filter(([name]) => name.startsWith('x-gatehouse-'));
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ hello: headers['x-gatehouse-email'], headers: Object.fromEntries(gatehouse) }),
  );
}).listen(Number(process.env.PORT ?? 8091), '127.0.0.1', () =>
  console.log(`listening on ${server.address().port}`),
);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
