import { problems, type ProblemCode } from '@gatehouse/contracts';

/** What one member of the input got wrong: a JSON Pointer (RFC 6901) into the body, or `/query/…`, `/params/…`. */
export interface FieldError {
  pointer: string;
  detail: string;
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  errors?: FieldError[];
  [extension: string]: unknown;
}

/**
 * A failure that the caller is told about, as `application/problem+json` (RFC 9457). `detail` says what happened, what
 * was expected and what to do; it never holds a secret. `extensions` become members of the document.
 */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly extensions: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail ?? problems[code].title);
    this.name = 'Problem';
  }

  get status(): number {
    return problems[this.code].status;
  }

  toDocument(): ProblemDocument {
    return {
      type: 'about:blank',
      title: problems[this.code].title,
      status: this.status,
      code: this.code,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...this.extensions,
    };
  }
}
