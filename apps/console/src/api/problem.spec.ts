import { describe, expect, it } from 'vitest';
import { fieldOf, isProblem, problemFrom } from './problem';

describe('problem documents', () => {
  it('keeps code, detail, field errors and extensions', () => {
    const problem = problemFrom(409, {
      type: 'about:blank',
      title: 'The domain is not proved yet',
      status: 409,
      code: 'domain_not_verified',
      detail: 'No TXT record.',
      errors: [{ pointer: '/name', detail: 'bad' }],
      found: ['v=spf1'],
    });
    expect(problem.code).toBe('domain_not_verified');
    expect(problem.message).toBe('No TXT record.');
    expect(problem.errors).toEqual([{ pointer: '/name', detail: 'bad' }]);
    expect(problem.extensions).toEqual({ found: ['v=spf1'] });
  });

  it('makes a problem of an answer without one', () => {
    expect(problemFrom(502, '<html>').code).toBe('unexpected_answer');
    expect(isProblem(problemFrom(502, undefined), 'unexpected_answer')).toBe(true);
    expect(isProblem(new Error('x'))).toBe(false);
  });

  it('finds the form field of a pointer', () => {
    expect(fieldOf('/metadataUrl')).toBe('metadataUrl');
    expect(fieldOf('/owner/email')).toBe('owner.email');
  });
});
