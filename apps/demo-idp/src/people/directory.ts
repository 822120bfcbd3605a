import type { ScimOutcome } from '../scim/scim-client.js';
import { ScimClient } from '../scim/scim-client.js';
import type { StateFile } from '../state/state-file.js';
import type { State } from '../state/state.js';
import { newPerson, type NewPerson, type Person } from './person.js';

export type Action = 'assign' | 'unassign' | 'activate' | 'deactivate' | 'delete';

export class NoSuchPerson extends Error {}
export class EmailInUse extends Error {}

export interface Change {
  person: Person;
  /** What was sent to Gatehouse; nothing while no SCIM target is set. */
  scim: ScimOutcome | null;
}

/** The people, and what happens to them: each change is pushed as real directories do. */
export class Directory {
  constructor(private readonly state: StateFile<State>) {}

  get people(): readonly Person[] {
    return this.state.value.people;
  }

  find(id: string): Person {
    const person = this.people.find((candidate) => candidate.id === id);
    if (!person) throw new NoSuchPerson(`There is no person ${id}. GET /api/people lists them.`);
    return person;
  }

  withPassword(email: string, password: string): Person | undefined {
    const wanted = email.trim().toLowerCase();
    return this.people.find(
      (person) => person.email.toLowerCase() === wanted && person.password === password,
    );
  }

  async add(input: NewPerson): Promise<Person> {
    this.refuseTaken(input.email);
    const person = newPerson(input);
    this.state.value.people.push(person);
    await this.state.save();
    return person;
  }

  /** A change of name or address reaches Gatehouse while the person is assigned. */
  async edit(id: string, changes: Partial<NewPerson>): Promise<Change> {
    const person = this.find(id);
    if (changes.email && changes.email !== person.email) this.refuseTaken(changes.email);
    Object.assign(person, changes);
    await this.state.save();
    return this.pushed(person, person.assigned ? (client) => client.replace(person) : undefined);
  }

  async act(id: string, action: Action): Promise<Change> {
    const person = this.find(id);
    const push = this.apply(person, action);
    await this.state.save();
    return this.pushed(person, push);
  }

  /** Everybody who is assigned, as after a directory's first set-up. */
  async pushAll(): Promise<Change[]> {
    const changes: Change[] = [];
    for (const person of this.people.filter(({ assigned }) => assigned)) {
      changes.push(await this.pushed(person, (client) => client.provision(person)));
    }
    return changes;
  }

  private apply(person: Person, action: Action): Push | undefined {
    switch (action) {
      case 'assign':
        person.assigned = true;
        return (client) => client.provision(person);
      case 'unassign':
        person.assigned = false;
        return (client) => client.setActive(person, false);
      case 'activate':
        person.active = true;
        return person.assigned ? (client) => client.setActive(person, true) : undefined;
      case 'deactivate':
        person.active = false;
        return (client) => client.setActive(person, false);
      case 'delete':
        this.state.value.people = this.state.value.people.filter((other) => other !== person);
        return (client) => client.remove(person);
    }
  }

  private async pushed(person: Person, push: Push | undefined): Promise<Change> {
    const target = this.state.value.scim;
    if (!target || !push) return { person, scim: null };
    const scim = await push(new ScimClient(target));
    if (scim.id !== undefined) person.scimId = scim.id;
    await this.state.save();
    return { person, scim };
  }

  private refuseTaken(email: string): void {
    const taken = this.people.some((person) => person.email.toLowerCase() === email.toLowerCase());
    if (taken) throw new EmailInUse(`${email} is somebody else's address.`);
  }
}

type Push = (client: ScimClient) => Promise<ScimOutcome>;
