import {
  type AttributePath,
  type Filter,
  filterToSql,
  type SqlCondition,
  type SqlMapping,
} from '@gatehouse/scim';

function isNamed(path: AttributePath, attribute: string, sub: string | null): boolean {
  return path.extension === null && path.attribute.name === attribute && (path.sub?.name ?? null) === sub;
}

/** Where a user's attributes are; everything else is in the document. */
function mapping(directoryParameter: string, baseUrlParameter: string): SqlMapping {
  return {
    document: 'u.document',
    column(path) {
      if (isNamed(path, 'userName', null)) return { expression: 'u.user_name_key', folded: true };
      if (isNamed(path, 'id', null)) return { expression: 'u.id' };
      if (isNamed(path, 'externalId', null)) return { expression: 'u.external_id' };
      if (isNamed(path, 'active', null)) return { expression: 'u.active' };
      if (isNamed(path, 'meta', 'created')) return { expression: 'u.created_at' };
      if (isNamed(path, 'meta', 'lastModified')) return { expression: 'u.updated_at' };
      if (isNamed(path, 'meta', 'resourceType') || isNamed(path, 'meta', null))
        return { expression: `'User'` };
      if (isNamed(path, 'meta', 'version')) return { expression: `'W/"' || u.version || '"'` };
      if (isNamed(path, 'meta', 'location'))
        return { expression: `${baseUrlParameter}::text || '/Users/' || u.id` };
      return undefined;
    },
    indexedEquals(path) {
      if (!isNamed(path, 'emails', 'value')) return undefined;
      return (parameter) =>
        `u.id in (select e.user_id from scim_user_email e
                   where e.directory_id = ${directoryParameter} and e.value_key = ${parameter})`;
    },
  };
}

/** A condition over `scim_user u`; `$1` is the directory's id and `$2` its base URL. */
export function userCondition(filter: Filter): SqlCondition {
  return filterToSql(filter, mapping('$1', '$2'), 3);
}

/** The folded userName where the filter is nothing but `userName eq "…"`: the look-up before each create. */
export function soughtUserName(filter: Filter | null): string | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq' || !isNamed(filter.path, 'userName', null))
    return undefined;
  return typeof filter.value === 'string' ? filter.value : undefined;
}
