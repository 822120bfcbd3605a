import type { Deployment } from '../deployment/deployment.js';
import { startStandalone } from '../deployment/standalone.js';
import { startSeparateForSpec } from '../deployment/start.js';

/** The deployment that this run is about, with settings of the spec's own. */
export async function startFor(env: Record<string, string>): Promise<Deployment> {
  return process.env.DEPLOYMENT === 'separate' ? startSeparateForSpec(env) : startStandalone(env);
}
