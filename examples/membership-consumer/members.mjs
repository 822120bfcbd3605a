/**
 * The members that are known so far. Every record of `account.memberships.v1` holds the whole state of one membership,
 * so a record replaces what was known before; a null value (a tombstone) says that Kafka forgets the key, and so do we.
 */
export class Members {
  byId = new Map();

  /**
   * Takes one record. Answers what changed: `{ before, after }`, either of them undefined where there was or is nothing;
   * undefined where the record is not newer than what is known (Kafka delivers at least once, and replays happen).
   */
  apply(key, value) {
    const before = this.byId.get(key);
    if (value === null) {
      this.byId.delete(key);
      return before && { before, after: undefined };
    }
    const after = JSON.parse(value);
    if (before && before.version >= after.version) return undefined;
    // Members that were removed stay on the topic with their status; `erased` holds no personal data any more.
    this.byId.set(key, after);
    return { before, after };
  }

  /** People who have access at the moment. Use `active` alone: all other statuses mean no access. */
  active(accountId) {
    const members = [...this.byId.values()].filter((member) => member.status === 'active');
    return accountId === undefined ? members : members.filter((member) => member.accountId === accountId);
  }
}
