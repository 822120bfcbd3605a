import { canRun, whereIs } from './run/availability.js';

/** For `describe.skipIf(!hasNginx())`. Always true with `REQUIRE_NGINX=1`. */
export function hasNginx(): boolean {
  return canRun('nginx');
}

/** The path of the installed nginx. */
export function nginxPath(): string {
  return whereIs('nginx');
}
