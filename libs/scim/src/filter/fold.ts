/**
 * The form in which values without case are compared and kept unique. One function for both, so that a userName that a
 * filter finds is exactly one that a create would collide with. Stored as a column of its own: a database's `lower()`
 * depends on its locale.
 */
export function fold(value: string): string {
  return value.toLowerCase();
}
