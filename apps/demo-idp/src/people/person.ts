import { randomUUID } from 'node:crypto';

/** Somebody in the company's directory. */
export interface Person {
  /** Never changes: the directory's externalId, and `sub` of OpenID Connect. */
  id: string;
  email: string;
  /** In clear, because this is a demo: its page shows them. */
  password: string;
  firstName: string;
  lastName: string;
  /** May use Gatehouse's application. */
  assigned: boolean;
  /** May sign in anywhere. */
  active: boolean;
  /** The id that Gatehouse gave, once pushed there. */
  scimId?: string;
}

export interface NewPerson {
  email: string;
  firstName: string;
  lastName: string;
  password?: string;
}

export function newPerson({ email, firstName, lastName, password = 'demo' }: NewPerson): Person {
  return { id: randomUUID(), email, password, firstName, lastName, assigned: false, active: true };
}

export function seededPeople(): Person[] {
  const names = [
    ['ada', 'Ada', 'Lovelace'],
    ['grace', 'Grace', 'Hopper'],
    ['alan', 'Alan', 'Turing'],
    ['katherine', 'Katherine', 'Johnson'],
    ['edsger', 'Edsger', 'Dijkstra'],
  ] as const;
  return names.map(([name, firstName, lastName]) => ({
    ...newPerson({ email: `${name}@acme.test`, firstName, lastName, password: `${name}-demo` }),
    assigned: name !== 'edsger',
  }));
}

export function fullName({ firstName, lastName }: Person): string {
  return `${firstName} ${lastName}`;
}

/** Why somebody may not use the application, in words for that person; nothing where they may. */
export function refusalOf(person: Person): string | undefined {
  if (!person.active) return `${person.email} is deactivated in this directory.`;
  if (!person.assigned) return `${person.email} is not assigned to Gatehouse in this directory.`;
  return undefined;
}
