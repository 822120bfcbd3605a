import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Duplex } from 'node:stream';
import { SafeFetchError } from './error.js';

/** What is asked for by `Accept-Encoding`, and all that is accepted. */
export const acceptedEncodings = 'gzip, deflate, br';

const decoders: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads a body, decompressed, of at most `maxBytes` bytes: the limit holds for the bytes on the wire and for what they
 * unpack to, and reading ends at the first byte beyond it, so that a gzip bomb costs no more than an honest answer.
 */
export async function readBody(
  source: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const decoder = decoderFor(encoding);
  const chunks: Buffer[] = [];
  const collect = async (stream: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of limited(stream, maxBytes)) chunks.push(chunk);
  };
  if (decoder === undefined) await pipeline(source, collect);
  else await pipeline(source, (raw: AsyncIterable<Buffer>) => limited(raw, maxBytes), decoder, collect);
  return Buffer.concat(chunks);
}

function decoderFor(encoding: string | undefined): Duplex | undefined {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  // Object.hasOwn: `constructor` is not an encoding. A list of encodings is refused: layers multiply a bomb.
  if (Object.hasOwn(decoders, name)) return decoders[name]?.();
  throw new SafeFetchError('encoding_refused', 'The answer is compressed in a way that is not supported.');
}

async function* limited(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new SafeFetchError('too_large', `The answer is larger than ${maxBytes} bytes.`);
    }
    yield chunk;
  }
}
