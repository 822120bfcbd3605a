import { useState } from 'react';

/**
 * The token behind `#`, which browsers send to no server. Read once: it must survive a later change of the address.
 */
export function useFragmentToken(): string {
  const [token] = useState(() => window.location.hash.slice(1));
  return token;
}
