import { chromium as playwright, type Browser } from 'playwright-core';
import { canRun, whereIs } from './run/availability.js';

/** For `describe.skipIf(!hasChromium())`. Always true with `REQUIRE_BROWSER=1`. */
export function hasChromium(): boolean {
  return canRun('browser');
}

/** The installed Chromium, headless, with a new profile (`CHROMIUM_PATH` names another). Close it when done. */
export async function chromium(options: { args?: string[] } = {}): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return playwright.launch({
    executablePath: whereIs('browser'),
    headless: true,
    args: [
      ...['--disable-background-networking', '--disable-dev-shm-usage'],
      ...(asRoot ? ['--no-sandbox'] : []),
      ...(options.args ?? []),
    ],
  });
}
