import { failed, passed, type Check } from '../refusal.js';
import { attribute, childElements, children, ns, type Element } from '../xml.js';
import type { AssertionContext } from './context.js';
import { subjectOf } from './subject.js';

/** Milliseconds since 1970 of a UTC xs:dateTime (SAML core §1.3.3), or undefined for anything else. */
export function utcTime(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value)) return undefined;
  const time = Date.parse(value);
  // Date.parse takes 31 February as 3 March.
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === value.slice(0, 19)
    ? time
    : undefined;
}

type Rule = { name: string; value: string | undefined; required: boolean; rule: 'past' | 'future' };

/** Without Conditions an assertion would be good for everyone and for ever. */
export function conditionsAreStated({ assertion }: AssertionContext): Check {
  const conditions = children(assertion, ns.assertion, 'Conditions');
  if (conditions.length === 1 && childElements(conditions[0]!).length > 0) return passed('time_invalid');
  return refused('Conditions', 'one element that is not empty', 'none, several, or an empty one');
}

/** Every time that the assertion states: there, in UTC, and on the right side of now, give or take the clock skew. */
export function timesHold({ assertion, options, now }: AssertionContext): Check {
  const conditions = children(assertion, ns.assertion, 'Conditions');
  const statements = children(assertion, ns.assertion, 'AuthnStatement');
  if (statements.length === 0) return refused('AuthnStatement', 'one', 'none');
  for (const { name, value, required, rule } of rulesOf(assertion, conditions[0]!, statements)) {
    if (value === undefined && !required) continue;
    const time = utcTime(value);
    if (time === undefined)
      return refused(name, 'a time in UTC, such as 2026-01-31T12:00:00Z', value ?? 'nothing');
    const holds = rule === 'past' ? time <= now + options.clockSkewMs : time > now - options.clockSkewMs;
    if (!holds)
      return refused(
        name,
        `${rule === 'past' ? 'at or before' : 'after'} ${new Date(now).toISOString()}`,
        value!,
      );
  }
  return passed('time_invalid');
}

function rulesOf(assertion: Element, conditions: Element, statements: Element[]): Rule[] {
  const { data } = subjectOf(assertion)!;
  return [
    { name: 'IssueInstant', value: attribute(assertion, 'IssueInstant'), required: true, rule: 'past' },
    {
      name: 'Conditions NotBefore',
      value: attribute(conditions, 'NotBefore'),
      required: false,
      rule: 'past',
    },
    {
      name: 'Conditions NotOnOrAfter',
      value: attribute(conditions, 'NotOnOrAfter'),
      required: true,
      rule: 'future',
    },
    // SAML profiles §4.1.4.2: a bearer confirmation has NotOnOrAfter and no NotBefore.
    {
      name: 'SubjectConfirmationData NotOnOrAfter',
      value: attribute(data, 'NotOnOrAfter'),
      required: true,
      rule: 'future',
    },
    {
      name: 'SubjectConfirmationData NotBefore',
      value: attribute(data, 'NotBefore'),
      required: false,
      rule: 'past',
    },
    ...statements.flatMap((it): Rule[] => [
      { name: 'AuthnInstant', value: attribute(it, 'AuthnInstant'), required: true, rule: 'past' },
      {
        name: 'SessionNotOnOrAfter',
        value: attribute(it, 'SessionNotOnOrAfter'),
        required: false,
        rule: 'future',
      },
    ]),
  ];
}

function refused(name: string, expected: string, received: string): Check {
  return failed('time_invalid', {
    expected: `${name}: ${expected}`,
    received,
    hint: `${name} does not hold. Compare the clocks of the identity provider and of this server.`,
  });
}
