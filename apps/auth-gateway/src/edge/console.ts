import fastifyStatic from '@fastify/static';
import { Problem, sendProblem } from '@gatehouse/service-host';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Paths that are no pages: an unknown one is 404, not the console. */
const NOT_PAGES = /^\/(api|auth|authorize|saml|oidc|scim|health|internal|metrics|\.well-known)(\/|$)/;

/** What names a file: a missing one is no page either. */
const FILE = /^\/assets\/|^\/[\w./-]+\.[a-z0-9]+$/i;

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  // Mantine sets styles on elements and in a style element of its own.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const pageHeaders = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** Serves the console: its files, and its one page for every other path. */
export async function serveConsole(fastify: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'));
  if (built) {
    await fastify.register(fastifyStatic, {
      root: folder,
      serve: false,
      setHeaders: (reply, path) => {
        // Vite names the files in assets/ by their content.
        reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  fastify.get('/*', (request: FastifyRequest, reply: FastifyReply) => {
    const [path = '/'] = request.url.split('?', 1);
    if (!built || NOT_PAGES.test(path))
      return sendProblem(
        reply,
        new Problem(
          'not_found',
          built
            ? 'There is nothing at this address.'
            : 'There is nothing at this address; the console is not built.',
        ),
      );
    void reply.headers(pageHeaders);
    if (!FILE.test(path)) return reply.sendFile('index.html');
    const file = path.slice(1);
    return !file.includes('..') && existsSync(join(folder, file))
      ? reply.sendFile(file)
      : sendProblem(reply, new Problem('not_found', 'There is no such file.'));
  });
}
