import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** WCAG 2.2 AA, and what axe takes for good practice besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

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
    await page.waitForFunction(
      'document.getAnimations().every((animation) => animation.playState !== "running")',
    );
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
