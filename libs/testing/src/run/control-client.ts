import { request } from 'node:http';
import { CONTROL_URL } from './control-server.js';

/**
 * Asks the run's main process for a part. There is no limit here on how long it takes: a first download takes minutes, and the
 * hook's own time limit tells where it happened.
 */
export async function askFor<T>(part: string, id = 'shared', action = 'start'): Promise<T> {
  const control = process.env[CONTROL_URL];
  if (!control) {
    throw new Error(
      'Fixtures need a vitest run with libs/testing/src/global-setup.ts as its globalSetup: run `npx vitest run`.',
    );
  }
  const { status, body } = await post(`${control}/${part}/${id}/${action}`);
  const answer = JSON.parse(body) as T & { message: string };
  if (status !== 200) throw new Error(answer.message);
  return answer;
}

function post(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST' }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}
