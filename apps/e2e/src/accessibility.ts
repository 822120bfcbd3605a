import { AxeBuilder } from '@axe-core/playwright';
import { eventually } from '@gatehouse/testing';
import type { Page } from 'playwright-core';

/** WCAG 2.2 AA, and what axe takes for good practice besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Whether colours are on their way; what turns for as long as it is shown is not waited for. Asked again and again from
 * here, because a page whose policy forbids eval cannot be made to wait by itself.
 */
const IS_MOVING = `document.getAnimations().some((animation) =>
  animation.playState === 'running' && animation.effect?.getComputedTiming().endTime !== Infinity)`;

export interface AccessibilityFinding {
  rule: string;
  help: string;
  /** CSS selectors of the elements. */
  elements: string[];
}

/**
 * What axe finds on the page as it is, in light and in dark colours; empty where nothing is. The page must follow the
 * system's scheme (nobody pressed the toggle).
 */
export async function checkAccessibility(page: Page): Promise<AccessibilityFinding[]> {
  const findings: AccessibilityFinding[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
    // A colour on its way from one scheme to the other is neither's.
    await eventually(async () => {
      if (await page.evaluate<boolean>(IS_MOVING)) throw new Error('The page has not come to rest');
    });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    for (const { id, help, nodes } of violations) {
      findings.push({
        rule: `${id} (${colorScheme})`,
        help,
        elements: nodes.map((node) => node.target.join(' ')),
      });
    }
  }
  return findings;
}
