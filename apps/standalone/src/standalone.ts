import { prepareForDatabase } from './postgres/choose.js';
import { startTracing } from '@gatehouse/service-host';
import { claimDataDir, resetDataDir } from './data-dir.js';
import { startDemo } from './demo/demo.js';
import { stopLeftOverPostgres } from './postgres/embedded.js';
import { loadSecrets } from './secrets.js';
import { startServices } from './services.js';
import { readStandaloneSettings } from './settings.js';
import { StartError } from './start-error.js';

export interface Standalone {
  close(): Promise<void>;
}

/**
 * Runs all of Gatehouse in this process, with embedded parts where the settings name none.
 * @throws StartError, SettingsError, DatabaseUnreachable: with everything that was started stopped again
 */
export async function runStandalone(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Standalone> {
  const unknown = args.find((arg) => arg !== '--reset');
  if (unknown !== undefined) throw new StartError(`There is no option ${unknown}. The only one is --reset.`);
  const settings = readStandaloneSettings(env);
  const opened: (() => Promise<void>)[] = [];
  let closing = false;
  const close = async (): Promise<void> => {
    closing = true;
    // One part that fails to close must not keep the others, and PostgreSQL last of them, from closing.
    const failures: unknown[] = [];
    for (const part of opened.splice(0).reverse())
      await part().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'Gatehouse did not stop cleanly');
  };
  try {
    opened.push(await claimDataDir(settings.dataDir));
    if (args.includes('--reset')) {
      await stopLeftOverPostgres(settings.dataDir);
      await resetDataDir(settings.dataDir);
    }
    const secrets = await loadSecrets(settings.dataDir);
    const tracing = await startTracing('standalone');
    opened.push(() => tracing.shutdown());
    const database = await prepareForDatabase(settings, secrets, (error) => {
      if (!closing) failRunning(error);
    });
    opened.push(() => database.stop());
    const demo = settings.demo ? await startDemo(settings) : undefined;
    if (demo) opened.push(() => demo.close());
    const services = await startServices(settings, secrets, database.superuserUrl, demo?.settings ?? {});
    opened.push(() => services.close());
    const seeded = await demo?.seed(env['OPERATOR_TOKEN'] ?? secrets.operatorToken);
    announce(settings.publicUrl, seeded?.text);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nothing works without the database, and nobody but a person can mend what ended it. */
function failRunning(error: Error): never {
  process.stderr.write(`Gatehouse stopped. ${error.message}\n`);
  process.exit(1);
}

function announce(url: string, demo: string | undefined): void {
  process.stdout.write(
    `\nGatehouse is ready at ${url}\n${demo === undefined ? '' : `\n${demo}\n`}\nStop it with Ctrl-C; its data stay. "npm start -- --reset" empties them.\n`,
  );
}
