/** Start is impossible for a reason that a person can mend; `message` says what happened and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
