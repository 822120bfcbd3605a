import { failStart, stopOnSignal } from '@gatehouse/service-host';
import { runStandalone } from './standalone.js';

try {
  const standalone = await runStandalone(process.argv.slice(2), process.env);
  stopOnSignal(() => standalone.close());
} catch (error) {
  failStart('Gatehouse', error);
}
