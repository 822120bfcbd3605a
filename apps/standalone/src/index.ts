export { runStandalone, type Standalone } from './standalone.js';
