export interface FieldProblem {
  pointer: string;
  detail: string;
}

/** A refusal of the API (RFC 9457), or the network's. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string | undefined,
    readonly errors: readonly FieldProblem[],
    /** The other members of the problem document, for example what a look-up found. */
    readonly extensions: Readonly<Record<string, unknown>>,
  ) {
    super(detail ?? title);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isRecord)
    .map((one) => ({ pointer: textOf(one.pointer) ?? '', detail: textOf(one.detail) ?? '' }));
}

/** Reads an error body; whatever is not a problem document becomes one. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (!isRecord(body) || textOf(body.code) === undefined) {
    const title = status >= 500 ? 'Gatehouse does not answer properly' : 'The request was refused';
    const detail = `The server answered ${status} without a reason. Try again; if it stays, tell your administrator.`;
    return new ApiProblem(status, 'unexpected_answer', title, detail, [], {});
  }
  const { code, title, detail, errors, type: _type, status: _status, ...extensions } = body;
  return new ApiProblem(
    status,
    textOf(code) ?? 'unexpected_answer',
    textOf(title) ?? 'The request was refused',
    textOf(detail),
    fieldProblems(errors),
    extensions,
  );
}

/** No answer at all. */
export function networkProblem(): ApiProblem {
  const detail = 'Check your network connection, then try again.';
  return new ApiProblem(0, 'network', 'Gatehouse could not be reached', detail, [], {});
}

export function isProblem(error: unknown, ...codes: string[]): error is ApiProblem {
  return error instanceof ApiProblem && (codes.length === 0 || codes.includes(error.code));
}

/** The input field that a JSON pointer names, for forms: `/metadataUrl` → `metadataUrl`. */
export function fieldOf(pointer: string): string {
  return pointer.replace(/^\/(body\/)?/, '').replaceAll('/', '.');
}
