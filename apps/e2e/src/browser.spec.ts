import { chromium, eventually, hasChromium } from '@gatehouse/testing';
import type { Browser, Page } from 'playwright-core';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAccessibility } from './accessibility.js';
import type { Deployment } from './deployment/deployment.js';
import { startStandalone } from './deployment/standalone.js';
import { send } from './examples.fixture.js';
import { demoDns, expectStatus } from './support/account-of.js';
import { demoProvider } from './support/connection.js';
import { authorize } from './support/person.js';

const WAIT_MS = 20_000;
const canRun = hasChromium() && process.env.DEPLOYMENT !== 'separate';

/** One journey through the pages, by people who see nothing but them; each test goes on where the one before ended. */
describe.skipIf(!canRun)('the pages', () => {
  const slug = `b${randomBytes(4).toString('hex')}`;
  const domain = `${slug}.test`;
  let deployment: Deployment;
  let browser: Browser;
  let account: { id: string; invitationUrl: string };
  let owner: Page;
  let admin: Page;
  let member: Page;
  let person: { id: string; email: string; password: string };
  let link: string;

  beforeAll(async () => {
    [deployment, browser] = await Promise.all([startStandalone(), chromium()]);
    const headers = { authorization: `Bearer ${deployment.demo.operatorToken}` };
    const body = {
      name: 'Browser',
      slug,
      plan: 'enterprise',
      owner: { email: `owner@${domain}`, name: 'Olga' },
    };
    const made = send(`${deployment.url}/api/v1/accounts`, { method: 'POST', body, headers });
    account = (await expectStatus(made, 201)) as typeof account;
    person = await demoProvider(deployment.demo.idp.url).hire(`pat@${domain}`);
    [owner, admin, member] = await Promise.all([newPage(), newPage(), newPage()]);
  });
  afterAll(async () => {
    await browser?.close();
    await deployment?.close();
  });

  async function newPage(): Promise<Page> {
    const context = await browser.newContext();
    context.setDefaultTimeout(WAIT_MS);
    return context.newPage();
  }

  /** The page shows this heading, and axe finds nothing on it. */
  async function arrived(page: Page, heading: string): Promise<void> {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect(await checkAccessibility(page), heading).toEqual([]);
  }

  /** Presses Continue as a person does: again, where the page has not heard yet that its step is done. */
  async function goOn(heading: string): Promise<void> {
    await eventually(
      async () => {
        const next = admin.getByRole('heading', { level: 1, name: heading });
        if (!(await next.isVisible()))
          await admin.getByRole('button', { name: 'Continue', exact: true }).click();
        await next.waitFor({ timeout: 5_000 });
      },
      { timeoutMs: WAIT_MS },
    );
    await arrived(admin, heading);
  }

  it('let the owner in who accepts the invitation', async () => {
    await eventually(async () => {
      await owner.goto(account.invitationUrl);
      await owner.getByLabel('Your name').fill('Olga Owner');
      await owner.getByLabel('Password', { exact: true }).fill('four words of mine');
      await owner.getByRole('button', { name: 'Accept invitation' }).click();
      await owner.getByRole('heading', { level: 1, name: 'Single sign-on' }).waitFor({ timeout: 5_000 });
    });
    await arrived(owner, 'Single sign-on');
  });

  it('show how a domain is proved, and that it is', async () => {
    await owner.getByLabel('Email domain').fill(domain);
    await owner.getByRole('button', { name: 'Add domain' }).click();
    const record = { name: await copied(owner, 'Record name'), value: await copied(owner, 'Record value') };
    await owner.getByText('found nothing yet').waitFor();
    expect(await checkAccessibility(owner)).toEqual([]);
    await demoDns(deployment.demo.idp.url)(record);
    // The page would look again within ten seconds.
    await owner.reload();
    await owner.getByRole('button', { name: `Enable ${domain}` }).click();
    await owner.getByRole('button', { name: `Disable ${domain}` }).waitFor();
  });

  it('make a link for the IT admin', async () => {
    await owner.getByLabel('Directory sync (SCIM)').check();
    await owner.getByRole('button', { name: 'Generate link' }).click();
    link = await copied(owner, 'Set-up link');
    expect(link).toContain('/setup#');
    expect(await checkAccessibility(owner)).toEqual([]);
  });

  it('lead the IT admin, who has no login, through SAML', async () => {
    await admin.goto(link);
    await arrived(admin, 'Identity Provider Configuration');
    await admin.getByRole('button', { name: 'Start' }).click();
    await arrived(admin, 'Configure single sign-on');
    await goOn('Choose the protocol');
    await admin.getByRole('radio', { name: 'SAML 2.0' }).check();
    await goOn('Create an application at your provider');
    const settings = (await demoProvider(deployment.demo.idp.url).registerSaml({
      entityId: await copied(admin, 'Entity ID'),
      acsUrl: await copied(admin, 'ACS URL'),
    })) as { metadataUrl: string };
    await goOn('Give your provider’s metadata');
    await admin.getByLabel('Metadata URL').fill(settings.metadataUrl);
    await admin.getByRole('button', { name: 'Save and check' }).click();
    await admin.getByRole('heading', { name: 'What was understood' }).waitFor();
    expect(await checkAccessibility(admin)).toEqual([]);
    await goOn('Test a real sign-in');
    await admin.getByRole('button', { name: 'Continue', exact: true }).click();
    await admin.getByText('One test must succeed before you can go on').waitFor();
    const [tab] = await Promise.all([
      admin.context().waitForEvent('page'),
      admin.getByRole('button', { name: 'Start test sign-in' }).click(),
    ]);
    await signInAtProvider(tab);
    await admin.getByText('The sign-in works').first().waitFor();
    expect(await checkAccessibility(admin)).toEqual([]);
    await tab.close();
    await goOn('Activate the connection');
    await admin.getByRole('button', { name: 'Activate', exact: true }).click();
    await admin.getByText('The connection is active').first().waitFor();
    await goOn('Directory sync (SCIM)');
  });

  it('lead the IT admin through SCIM', async () => {
    await admin.getByRole('button', { name: 'Create the SCIM address' }).click();
    const baseUrl = await copied(admin, 'Base URL');
    await admin.getByRole('button', { name: 'Create token' }).click();
    const token = await copied(admin, 'SCIM token');
    expect(await checkAccessibility(admin)).toEqual([]);
    await atProvider('/api/scim', { baseUrl, token });
    await atProvider(`/api/people/${person.id}/assign`);
    await admin.getByText('First request received').waitFor();
    await goOn('Done');
  });

  it('sign a member in through the identity provider', async () => {
    await member.goto(`${deployment.url}/sign-in`);
    await arrived(member, 'Sign in');
    await eventually(async () => {
      await member.goto(`${deployment.url}/sign-in`);
      await member.getByLabel('Work email').fill(person.email);
      await member.getByRole('button', { name: 'Continue' }).click();
      await member.waitForURL(`${deployment.demo.idp.url}/**`, { timeout: 3_000 });
    });
    await signInAtProvider(member);
    await arrived(member, 'Only admins manage this account');
    await eventually(async () => expect((await access()).status).toBe(200));
  });

  it('show the owner what came about', async () => {
    await owner.reload();
    await owner.getByText('SSO enabled').waitFor();
    await arrived(owner, 'Single sign-on');
    await owner.getByRole('link', { name: 'Members' }).click();
    await owner.getByText(person.email).first().waitFor();
    await arrived(owner, 'Members');
    await owner.getByRole('link', { name: 'API keys' }).click();
    await arrived(owner, 'API keys');
  });

  it('refuse the member from the request on that follows the directory’s word', async () => {
    await atProvider(`/api/people/${person.id}/unassign`);
    await eventually(async () => {
      const { status, body } = await access();
      expect([401, 403]).toContain(status);
      expect(['deprovisioned', 'session_revoked', 'not_signed_in']).toContain(body['code']);
    });
    await member.reload();
    await member.getByRole('heading', { level: 1 }).waitFor();
    expect(await member.getByText('Only admins manage this account').count()).toBe(0);
    expect(await checkAccessibility(member)).toEqual([]);
  });

  async function signInAtProvider(page: Page): Promise<void> {
    await page.getByLabel('Email').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function atProvider(path: string, body?: unknown): Promise<void> {
    await expectStatus(send(`${deployment.demo.idp.url}${path}`, { method: 'POST', body }), 200);
  }

  async function access() {
    const cookies = await member.context().cookies(deployment.url);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    return authorize(deployment.url, account.id, { cookie });
  }
});

/** What a row that copies would copy. */
async function copied(page: Page, label: string): Promise<string> {
  const row = page.getByRole('button', { name: new RegExp(`^Copy ${label}`) });
  return (await row.locator('code').textContent()) ?? '';
}
