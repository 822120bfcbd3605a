import { attribute } from '../xml.js';
import { byteGate, type PostedForm } from './byte-gate.js';

/**
 * The request that a posted response names, before anything of it is verified: to find the row, and with it the
 * configuration to verify by. Undefined for none, and for what the gate refuses; the verification says so then.
 */
export function inResponseTo(form: PostedForm): string | undefined {
  try {
    return attribute(byteGate(form).root, 'InResponseTo');
  } catch {
    return undefined;
  }
}
