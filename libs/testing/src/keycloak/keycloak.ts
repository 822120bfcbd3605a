import { canRun } from '../run/availability.js';
import { askFor } from '../run/control-client.js';
import { keycloakAdmin, type KeycloakAdmin } from './admin.js';

/** For `describe.skipIf(!hasKeycloak())`. Always true with `REQUIRE_KEYCLOAK=1`. */
export function hasKeycloak(): boolean {
  return canRun('keycloak');
}

/**
 * The one Keycloak of the run; make a realm of your own in it. The first start on a machine downloads 177 MB and takes a minute:
 * call it in a `beforeAll` with a limit of five minutes.
 */
export async function keycloak(): Promise<KeycloakAdmin> {
  return keycloakAdmin(await askFor<{ url: string; user: string; password: string }>('keycloak'));
}
