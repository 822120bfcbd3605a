import { failed, passed, type Check } from '../refusal.js';
import { descendants } from '../xml.js';
import type { ResponseContext } from './context.js';

/** No two elements may have one identifier, whichever way its attribute is spelled: signatures refer by it. */
export function identifiersAreUnique({ message }: ResponseContext): Check {
  const seen = new Set<string>();
  for (const { element } of descendants(message.root)) {
    for (const { localName, value } of element.attributes) {
      if (localName?.toLowerCase() !== 'id') continue;
      if (seen.has(value)) {
        return failed('duplicate_id', {
          expected: 'identifiers that differ',
          received: value,
          hint: 'Two elements of the message have the same ID.',
        });
      }
      seen.add(value);
    }
  }
  return passed('duplicate_id');
}
