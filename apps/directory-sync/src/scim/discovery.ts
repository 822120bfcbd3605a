import {
  listResponse,
  type ResourceType,
  resourceTypeDocument,
  schemaDocument,
  schemasOf,
  serviceProviderConfig,
  userResourceType,
} from '@gatehouse/scim';

/** What this service has; discovery says no more. */
const resourceTypes: readonly ResourceType[] = [userResourceType];

/** The discovery document at a path below the directory's base URL (RFC 7644 §4), or undefined. */
export function discoveryDocument(path: string, baseUrl: string): unknown {
  const [collection = '', name, ...rest] = path.replace(/\/$/, '').split('/');
  if (rest.length > 0) return undefined;
  switch (collection.toLowerCase()) {
    case 'serviceproviderconfig':
      return name === undefined ? serviceProviderConfig(baseUrl) : undefined;
    case 'resourcetypes':
      return oneOrAll(
        resourceTypes.map((type) => resourceTypeDocument(type, baseUrl)),
        name,
      );
    case 'schemas':
      return oneOrAll(
        schemasOf(resourceTypes).map((schema) => schemaDocument(schema, baseUrl)),
        name,
      );
    default:
      return undefined;
  }
}

function oneOrAll(documents: readonly { id: string }[], id: string | undefined): unknown {
  if (id === undefined) return listResponse(documents, documents.length);
  return documents.find((document) => document.id.toLowerCase() === id.toLowerCase());
}
