export { audit, type AuditInput } from './audit.js';
export { defineService, type ServiceDefinition } from './lifecycle/definition.js';
export { SETTINGS } from './lifecycle/host.module.js';
export { explainStart, failStart, runService, stopOnSignal } from './lifecycle/run.js';
export {
  commonSettings,
  type CommonSettings,
  type Environment,
  isLocal,
  readSettings,
  SettingsError,
} from './lifecycle/settings.js';
export {
  openServiceDatabase,
  type RunningService,
  startService,
  type StartOptions,
} from './lifecycle/start.js';
export { createLogger, Logger } from './observability/logger.js';
export { Metrics, serveMetrics } from './observability/metrics.js';
export { startTracing } from './observability/tracing.js';
export {
  type Access,
  declaredOperations,
  type InputOf,
  operation,
  type Operation,
  pageOf,
  pageQuery,
} from './operations/operation.js';
export { CALLER_RESOLVER, type CallerResolver, checkAccess } from './operations/access.guard.js';
export { Handles, Input } from './operations/handles.js';
export { openApiDocument, problemCodesOf } from './operations/openapi.js';
export { Problem, type FieldError, type ProblemDocument } from './problem.js';
export { sendProblem, toProblem } from './problem.filter.js';
