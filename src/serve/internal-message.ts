// A JSON message to http://interlock.internal/: bounded, of the right type, and read as strictly as anything that is judged.

import { isUtf8Type, mediaType } from '../classify/content-type.ts';
import { isJsonObject, type JsonObject, readJson } from '../classify/strict-json.ts';
import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';

/** A raw request of one megabyte in base64, and what goes around it. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Throws QUESTION_INVALID, BODY_TOO_LARGE, BODY_ABORTED, MEMORY_EXHAUSTED, and what `identify` does: it may come slowly (threat A16). */
export async function readMessage({ request, body, identify }: Exchange): Promise<JsonObject> {
  const media = mediaType(request.headers);
  if (media.problem !== null || media.type !== 'application/json' || !isUtf8Type(media))
    throw new InterlockError('QUESTION_INVALID', 'send it as Content-Type: application/json, in UTF-8');
  if ((body.declaredBytes ?? 0) > MAX_BYTES) throw new InterlockError('BODY_TOO_LARGE', `it is larger than ${MAX_BYTES} bytes`);
  const read = await body.inspect({ kind: 'whole' }, MAX_BYTES);
  identify();
  if (read.problem !== null) throw new InterlockError('BODY_TOO_LARGE', `it could not be read: ${read.problem}`);
  const reading = readJson(read.bytes);
  if (reading.problem !== null) throw new InterlockError('QUESTION_INVALID', reading.problem);
  if (!isJsonObject(reading.value)) throw new InterlockError('QUESTION_INVALID', 'the message is not a JSON object');
  return reading.value;
}
