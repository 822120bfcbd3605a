export type { DemoFile, Deployment, SeparateDeployment, ServiceName } from './deployment/deployment.js';
export { startDeployment, startSeparateForSpec } from './deployment/start.js';
export { startStandalone } from './deployment/standalone.js';
