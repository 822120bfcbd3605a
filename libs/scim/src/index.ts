export type { Dialect } from './dialect.js';
export { badRequest, ERROR_SCHEMA, type ErrorDocument, ScimError, type ScimType } from './errors.js';
export type { Comparison, CompareNode, Filter } from './filter/ast.js';
export { matches } from './filter/evaluate.js';
export { fold } from './filter/fold.js';
export { parseFilter } from './filter/parser.js';
export { filterToSql, type SqlColumn, type SqlCondition, type SqlMapping } from './filter/sql.js';
export { applyPatch } from './patch/apply.js';
export { type PatchOperation, readPatch } from './patch/read.js';
export {
  resourceTypeDocument,
  schemaDocument,
  schemasOf,
  serviceProviderConfig,
} from './protocol/discovery.js';
export {
  type ListQuery,
  listResponse,
  type QueryParameters,
  readListQuery,
  readResourceQuery,
} from './protocol/list.js';
export { copyDocument, type Document, sameDocument } from './resource/document.js';
export { identityAddress } from './resource/identity.js';
export {
  etagOf,
  everything,
  presentResource,
  type Projection,
  type StoredResource,
} from './resource/project.js';
export { readResource } from './resource/read.js';
export type { Attribute, ResourceType, Schema } from './schema/attribute.js';
export type { AttributePath } from './schema/path.js';
export { ENTERPRISE_SCHEMA, USER_SCHEMA, userResourceType } from './schema/user.js';
