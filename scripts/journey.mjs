/**
 * Walks the whole journey of Gatehouse by public HTTP, as an operator, an account's owner, an IT admin, an identity
 * provider's SCIM client and members would: `npm run journey -- [url]`. Needs a running Gatehouse with its demo identity
 * provider (`npm start`), whose demo.json it reads. Exit code 1 at the first step that fails.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beginAccount, inviteMember, provedDomain } from './journey/account.mjs';
import { bearer, Person } from './journey/client.mjs';
import { connectBy, members, openSetupLink } from './journey/connection.mjs';
import { deprovision, directory, provisioned, recover } from './journey/directory.mjs';
import { Report } from './journey/report.mjs';
import { enforced, signedIn } from './journey/sign-in.mjs';

const report = new Report();
const world = await prepare();

try {
  await walk();
  report.end();
} catch {
  console.log(`\nThe journey ended at step ${report.number}.`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function walk() {
  report.title('An account on the Enterprise plan');
  const { account, owner } = await beginAccount(report, world);
  const mia = await inviteMember(report, world, account, owner, 'mia');

  report.title('Email domains, and a link for the IT admin');
  const domain = await provedDomain(report, world, account, owner, world.domains[0]);
  const itAdmin = await openSetupLink(report, world, account, owner, [domain], ['sso', 'directory']);

  report.title('A SAML connection, set up by the IT admin');
  await connectBy('saml', report, world, account, itAdmin, domain);
  await enforced(report, world, account, owner, mia);
  await signedIn(report, world, account, mia, 'saml');

  report.title('The directory');
  const scim = await directory(report, world, account, itAdmin);
  const nora = await provisioned(
    report,
    world,
    account,
    owner,
    scim,
    await world.hire('nora', world.domains[0]),
  );
  await signedIn(report, world, account, nora, 'saml');
  await members(report, world, account, owner, mia, scim);

  report.title('A second domain, by OpenID Connect');
  const second = await provedDomain(report, world, account, owner, world.domains[1]);
  const secondAdmin = await openSetupLink(report, world, account, owner, [second], ['sso']);
  await connectBy('oidc', report, world, account, secondAdmin, second);
  const otto = await provisioned(
    report,
    world,
    account,
    owner,
    scim,
    await world.hire('otto', world.domains[1]),
  );
  await signedIn(report, world, account, otto, 'oidc');

  report.title('Access ends');
  await deprovision(report, world, account, owner, scim, nora, 'deactivate');
  await recover(report, world, account, owner, scim, nora);
  await deprovision(report, world, account, owner, scim, otto, 'delete');
}

/** Where everything is, and names of this run's own. */
async function prepare() {
  const file = join(process.env.DATA_DIR ?? '.gatehouse', 'demo.json');
  const demo = await readFile(file, 'utf8').then(JSON.parse, (error) => {
    console.error(
      `The journey needs ${file}, which a Gatehouse with its demo writes: run "npm start" first, or set DATA_DIR. (${error.message})`,
    );
    process.exit(1);
  });
  const url = new URL(process.argv[2] ?? demo.url).origin;
  const idp = bearer(demo.idp.url);
  const run = Date.now().toString(36);
  const hired = [];
  console.log(`Gatehouse at ${url}, identity provider at ${demo.idp.url}`);
  return {
    url,
    idp,
    idpUrl: demo.idp.url,
    run,
    operator: bearer(url, demo.operatorToken),
    domains: [`j${run}.acme.test`, `j${run}-b.acme.test`],
    hired,
    /** Somebody new at the identity provider, who may use Gatehouse, with a browser of their own. */
    async hire(name, domain) {
      const password = `${name}-${run}-passphrase`;
      const firstName = name[0].toUpperCase() + name.slice(1);
      const email = `${name}@${domain}`;
      const { body } = await idp('POST', '/api/people', { email, firstName, lastName: 'Journey', password });
      hired.push(body.id);
      await idp('POST', `/api/people/${body.id}/assign`);
      return { email, password, firstName, idpId: body.id, browser: new Person(url) };
    },
  };
}

async function cleanUp() {
  for (const id of world.hired) await world.idp('POST', `/api/people/${id}/delete`).catch(() => undefined);
}
