/** An attribute's definition with its characteristics, RFC 7643 §7. */
export interface Attribute {
  readonly name: string;
  readonly type:
    'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'complex' | 'binary';
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** Longest value in UTF-16 code units; ours, so that every indexed value fits an index entry. */
  readonly maxLength?: number;
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

export interface ResourceType {
  readonly name: string;
  /** Relative to the directory's base URL, for example `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

type Options = Partial<Omit<Attribute, 'name' | 'type' | 'description' | 'subAttributes'>>;

function define(type: Attribute['type'], name: string, description: string, options: Options): Attribute {
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...options,
  };
}

export function text(name: string, description: string, options: Options = {}): Attribute {
  return define('string', name, description, options);
}

export function flag(name: string, description: string, options: Options = {}): Attribute {
  return define('boolean', name, description, options);
}

export function dateTime(name: string, description: string, options: Options = {}): Attribute {
  return define('dateTime', name, description, options);
}

export function reference(
  name: string,
  description: string,
  referenceTypes: readonly string[],
  options: Options = {},
): Attribute {
  return define('reference', name, description, { caseExact: true, referenceTypes, ...options });
}

export function binary(name: string, description: string, options: Options = {}): Attribute {
  return define('binary', name, description, { caseExact: true, ...options });
}

export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  options: Options = {},
): Attribute {
  return { ...define('complex', name, description, options), subAttributes };
}

/** A multi-valued attribute with the default sub-attributes value, display, type and primary (RFC 7643 §2.4). */
export function plural(
  name: string,
  description: string,
  value: Attribute,
  canonicalValues?: readonly string[],
): Attribute {
  return complex(
    name,
    description,
    [
      value,
      text('display', 'A name for people to read.'),
      text('type', 'What the value is for.', canonicalValues ? { canonicalValues } : {}),
      flag('primary', 'True for at most one of the values.'),
    ],
    { multiValued: true },
  );
}

const indexes = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** Finds an attribute by name; names are case-insensitive (RFC 7643 §2.1). */
export function findAttribute(
  attributes: readonly Attribute[] | undefined,
  name: string,
): Attribute | undefined {
  if (!attributes) return undefined;
  let index = indexes.get(attributes);
  if (!index) {
    index = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
    indexes.set(attributes, index);
  }
  return index.get(name.toLowerCase());
}
