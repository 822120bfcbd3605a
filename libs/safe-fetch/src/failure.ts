import { SafeFetchError } from './error.js';

/** Turns whatever the network, TLS, the HTTP parser or zlib threw into a refusal with a reason; details stay in `cause`. */
export function asSafeFetchError(error: unknown, host: string, timedOut: boolean): SafeFetchError {
  if (error instanceof SafeFetchError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (timedOut || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new SafeFetchError('timed_out', `${host} did not answer in time.`, { cause: error });
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new SafeFetchError('too_large', `The headers that ${host} answered are too large.`, {
      cause: error,
    });
  }
  if (/^(Z_|ERR__ERROR|ERR_BROTLI|ERR_ZLIB|HPE_|UND_ERR_RES|UND_ERR_REQ_CONTENT)/.test(code)) {
    return new SafeFetchError('response_malformed', `The answer of ${host} could not be read.`, {
      cause: error,
    });
  }
  if (/CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|UNABLE_TO|^HOSTNAME_MISMATCH$|^INVALID_CA$/.test(code)) {
    return new SafeFetchError(
      'tls_failed',
      `${host} has no valid certificate, or does not speak TLS (${code}).`,
      {
        cause: error,
      },
    );
  }
  return new SafeFetchError('connection_failed', `No connection to ${host} could be made, or it was cut.`, {
    cause: error,
  });
}
