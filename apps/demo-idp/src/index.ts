export { startDemoIdp, type DemoIdp, type DemoIdpOptions } from './start.js';
