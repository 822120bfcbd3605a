import type { AttributePath } from '../schema/path.js';

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A filter whose paths and values were checked against the schema. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | CompareNode
  /** `emails[type eq "work" and value co "@acme"]`: true where one and the same element fulfils the inner filter. */
  | { readonly kind: 'element'; readonly path: AttributePath; readonly filter: Filter };

export interface CompareNode {
  readonly kind: 'compare';
  /** Names a simple attribute: `emails eq "x"` was resolved to `emails.value`. */
  readonly path: AttributePath;
  readonly operator: Comparison;
  /** By the attribute's type: dateTimes are milliseconds since 1970. */
  readonly value: string | number | boolean;
}
