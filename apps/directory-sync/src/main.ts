import { runService } from '@gatehouse/service-host';
import { service } from './index.js';

await runService(service);
