import { describe, expect, it } from 'vitest';
import { chromium, hasChromium } from './chromium.js';

describe.skipIf(!hasChromium())('chromium', () => {
  it('renders a page', async () => {
    const browser = await chromium();
    const page = await browser.newPage();
    await page.setContent('<h1>Gatehouse</h1>');
    expect(await page.getByRole('heading').textContent()).toBe('Gatehouse');
    await browser.close();
  });
});
