import type { Attribute } from '../schema/attribute.js';
import type { AttributePath } from '../schema/path.js';
import type { CompareNode, Filter } from './ast.js';
import { fold } from './fold.js';

/** A column (or expression) that holds an attribute outside the document; `folded` where it was stored by `fold`. */
export interface SqlColumn {
  readonly expression: string;
  readonly folded?: boolean;
}

/** Where the attributes of a resource are. Everything it returns is code, never input. */
export interface SqlMapping {
  /** The jsonb expression of the document. */
  readonly document: string;
  column(path: AttributePath): SqlColumn | undefined;
  /** For a multi-valued attribute that has an index: makes the condition that finds the folded value in `parameter`. */
  indexedEquals?(path: AttributePath): ((parameter: string) => string) | undefined;
}

export interface SqlCondition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * The filter as a boolean SQL expression that is never null. Values travel as parameters only, from `$firstParameter`
 * on; names come from the schema.
 */
export function filterToSql(filter: Filter, mapping: SqlMapping, firstParameter: number): SqlCondition {
  const writer = new SqlWriter(mapping, firstParameter);
  return { sql: writer.condition(filter, null), parameters: writer.parameters };
}

class SqlWriter {
  readonly parameters: unknown[] = [];
  private aliases = 0;

  constructor(
    private readonly mapping: SqlMapping,
    private readonly firstParameter: number,
  ) {}

  /** `element`: the jsonb expression of the element inside a value path, null for the resource itself. */
  condition(filter: Filter, element: string | null): string {
    switch (filter.kind) {
      case 'and':
      case 'or':
        return `(${this.condition(filter.left, element)} ${filter.kind} ${this.condition(filter.right, element)})`;
      case 'not':
        return `(not ${this.condition(filter.operand, element)})`;
      case 'present':
        return this.present(filter.path, element);
      case 'compare':
        return this.compare(filter, element);
      case 'element':
        return this.eachElement(filter.path, element, (inner) => this.condition(filter.filter, inner));
    }
  }

  private compare(node: CompareNode, element: string | null): string {
    const { path } = node;
    const attribute = path.sub ?? path.attribute;
    const column = element === null ? this.mapping.column(path) : undefined;
    if (column) return this.holds(node, attribute, column);
    if (!path.attribute.multiValued) {
      return this.holds(node, attribute, { expression: textAt(this.container(path, element), path) });
    }
    const indexed =
      element === null && node.operator === 'eq' ? this.mapping.indexedEquals?.(path) : undefined;
    if (indexed) return indexed(this.bind(fold(String(node.value)), 'text'));
    return this.eachElement(path, element, (inner) =>
      this.holds(node, attribute, {
        expression: path.sub ? `${inner}->>${literal(path.sub.name)}` : `${inner}#>>'{}'`,
      }),
    );
  }

  private holds(node: CompareNode, attribute: Attribute, column: SqlColumn): string {
    const { left, right } = this.operands(node, attribute, column);
    const test = comparisonSql(node.operator === 'ne' ? 'eq' : node.operator, left, right);
    // Never null, and in this form an index on the expression is used; `coalesce` would hide it.
    const total = `(${column.expression} is not null and ${test})`;
    return node.operator === 'ne' ? `(not ${total})` : total;
  }

  private operands(
    node: CompareNode,
    attribute: Attribute,
    column: SqlColumn,
  ): { left: string; right: string } {
    const { expression } = column;
    switch (attribute.type) {
      case 'boolean':
        return { left: `(${expression})::boolean`, right: this.bind(node.value, 'boolean') };
      case 'integer':
      case 'decimal':
        return { left: `(${expression})::numeric`, right: this.bind(node.value, 'numeric') };
      case 'dateTime':
        // Milliseconds, which is what clients see: a column's microseconds would never equal what they were told.
        return {
          left: `date_trunc('milliseconds', (${expression})::timestamptz)`,
          right: this.bind(new Date(Number(node.value)).toISOString(), 'timestamptz'),
        };
      case 'string':
      case 'reference':
      case 'binary':
      case 'complex':
        if (attribute.caseExact) return { left: `(${expression})`, right: this.bind(node.value, 'text') };
        if (column.folded)
          return { left: `(${expression})`, right: this.bind(fold(String(node.value)), 'text') };
        return { left: `lower(${expression})`, right: `lower(${this.bind(node.value, 'text')})` };
    }
  }

  private present(path: AttributePath, element: string | null): string {
    const column = element === null ? this.mapping.column(path) : undefined;
    if (column) return `(coalesce((${column.expression})::text, '') <> '')`;
    if (!path.attribute.multiValued) return presentAt(this.container(path, element), path);
    return this.eachElement(path, element, (inner) =>
      path.sub ? filled(inner, path.sub) : anyFilled(inner, path.attribute),
    );
  }

  /** `exists` over the attribute's elements; a single-valued complex attribute counts as one element. */
  private eachElement(
    path: AttributePath,
    element: string | null,
    condition: (inner: string) => string,
  ): string {
    const value = `${this.container(path, element)}->${literal(path.attribute.name)}`;
    this.aliases += 1;
    const alias = `element_${this.aliases}`;
    const source = path.attribute.multiValued
      ? `jsonb_array_elements(case jsonb_typeof(${value}) when 'array' then ${value} else '[]' end)`
      : `(select ${value} where ${value} is not null)`;
    return `exists (select 1 from ${source} as ${alias}(value) where ${condition(`${alias}.value`)})`;
  }

  private container(path: AttributePath, element: string | null): string {
    const base = element ?? this.mapping.document;
    return path.extension === null ? base : `${base}->${literal(path.extension)}`;
  }

  private bind(value: unknown, type: string): string {
    this.parameters.push(value);
    return `$${this.firstParameter + this.parameters.length - 1}::${type}`;
  }
}

function comparisonSql(
  operator: Exclude<CompareNode['operator'], 'ne'>,
  left: string,
  right: string,
): string {
  switch (operator) {
    case 'eq':
      return `${left} = ${right}`;
    case 'co':
      return `position(${right} in ${left}) > 0`;
    case 'sw':
      return `starts_with(${left}, ${right})`;
    case 'ew':
      return `right(${left}, length(${right})) = ${right}`;
    case 'gt':
      return ordered(left, '>', right);
    case 'ge':
      return ordered(left, '>=', right);
    case 'lt':
      return ordered(left, '<', right);
    case 'le':
      return ordered(left, '<=', right);
  }
}

function ordered(left: string, operator: string, right: string): string {
  const isText = right.endsWith('::text') || right.endsWith('::text)');
  return isText ? `${left} collate "C" ${operator} ${right} collate "C"` : `${left} ${operator} ${right}`;
}

function textAt(container: string, path: AttributePath): string {
  const name = literal(path.attribute.name);
  return path.sub ? `${container}->${name}->>${literal(path.sub.name)}` : `${container}->>${name}`;
}

function presentAt(container: string, path: AttributePath): string {
  if (path.sub) return filled(`${container}->${literal(path.attribute.name)}`, path.sub);
  if (path.attribute.type === 'complex')
    return anyFilled(`${container}->${literal(path.attribute.name)}`, path.attribute);
  return filled(container, path.attribute);
}

function filled(container: string, attribute: Attribute): string {
  return `(coalesce(${container}->>${literal(attribute.name)}, '') <> '')`;
}

function anyFilled(container: string, attribute: Attribute): string {
  return `(${(attribute.subAttributes ?? []).map((sub) => filled(container, sub)).join(' or ') || 'false'})`;
}

function literal(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
