import { isDatabaseAway, isSerializationFailure } from '@gatehouse/database';
import { badRequest, ScimError } from '@gatehouse/scim';
import type { FastifyReply } from 'fastify';
import { StaleContext } from '../users/stale-context.js';

export const SCIM_MEDIA_TYPE = 'application/scim+json';

export function sendScimError(reply: FastifyReply, error: ScimError): void {
  void reply
    .status(error.status)
    .headers({ 'cache-control': 'no-store', ...error.headers })
    .type(SCIM_MEDIA_TYPE)
    .send(JSON.stringify(error.toDocument()));
}

/** Whatever was thrown, in SCIM's form; what we did not foresee is told as "our side" only. */
export function toScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  const code = codeOf(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ScimError(413, 'The body is larger than 1 MiB.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ScimError(415, `Send the body as ${SCIM_MEDIA_TYPE} or application/json.`);
  }
  if (isDatabaseAway(error) || isSerializationFailure(error) || error instanceof StaleContext) {
    return new ScimError(
      503,
      'The directory can not be reached at the moment. Try again in a few seconds.',
      undefined,
      {
        'retry-after': '2',
      },
    );
  }
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return badRequest('invalidSyntax', 'The request could not be read. Check its headers and body.');
  }
  return new ScimError(500, 'Something went wrong on our side. It was logged; try again later.');
}

export function codeOf(error: unknown): string | undefined {
  const own = (error as { code?: unknown } | null)?.code;
  const driver = (error as { driverError?: { code?: unknown } } | null)?.driverError?.code;
  const code = own ?? driver;
  return typeof code === 'string' ? code : undefined;
}
