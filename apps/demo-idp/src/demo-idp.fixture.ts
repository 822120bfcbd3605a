import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoIdp, type DemoIdp } from './start.js';

export interface TestIdp extends DemoIdp {
  /** Closes it and starts it again on the same data, at new ports. */
  again(): Promise<TestIdp>;
  remove(): Promise<void>;
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
}

export async function testIdp(): Promise<TestIdp> {
  return running(await mkdtemp(join(tmpdir(), 'gatehouse-demo-idp-')));
}

async function running(dataDir: string): Promise<TestIdp> {
  const idp = await startDemoIdp({ port: 0, dnsPort: 0, dataDir });
  return {
    ...idp,
    again: async () => {
      await idp.close();
      return running(dataDir);
    },
    remove: async () => {
      await idp.close();
      await rm(dataDir, { recursive: true, force: true });
    },
    call: async (method, path, body) => {
      const response = await fetch(idp.url + path, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
  };
}

/** The hidden fields of a page's form: what a browser would post back. */
export function hiddenFieldsOf(page: string): Record<string, string> {
  const fields = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries(
    [...fields].map(([, name, value]) => [name as string, unescape(value as string)]),
  );
}

export function formActionOf(page: string): string {
  return unescape(/<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? '');
}

function unescape(text: string): string {
  const entities: Record<string, string> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
  };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] as string);
}

export function post(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
}
