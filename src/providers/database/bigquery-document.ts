// The JSON that BigQuery is asked in: a body, or the first part of an upload; and the names in it that are judged.

import { isUtf8Type, mediaType } from '../../classify/content-type.ts';
import { readPairs } from '../../classify/form.ts';
import { readMultipart } from '../../classify/multipart.ts';
import { foldName, isJsonObject, type Json, type JsonObject, readJson } from '../../classify/strict-json.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { databaseDocument } from './database-api.ts';

const NAMES: ReadonlySet<string> = new Set(
  (
    'query dryRun useLegacySql configuration connectionProperties defaultDataset rows load copy extract destinationTable ' +
    'writeDisposition sourceUris sourceTable sourceTables destinationUri destinationUris projectId datasetId tableId'
  ).split(' '),
);
const FOLDED: ReadonlySet<string> = new Set([...NAMES].map(foldName));

export function bigqueryDocument(request: RequestView, body: InspectedBody): JsonObject | undefined {
  return bigqueryObject(databaseDocument(request, body, NAMES));
}

/**
 * An object whose judged names are spelt as here, else undefined. Google's readers of JSON take `destination_table` for `destinationTable`:
 * INVARIANT: a name that only they would know is never passed over as one that says nothing (threat C5).
 */
export function bigqueryObject(value: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const spelt = (key: string): boolean => NAMES.has(key) || !FOLDED.has(foldName(key).replaceAll('_', ''));
  return Object.keys(value).every(spelt) ? value : undefined;
}

/**
 * The document in front of the file, in an upload of two parts. Every other kind of upload is undefined: which one it is say the query, the
 * type and Google's own header fields, and they must not disagree.
 */
export function uploadDocument(request: RequestView, body: InspectedBody): JsonObject | undefined {
  const media = mediaType(request.headers);
  if (body.problem !== null || media.type !== 'multipart/related' || !isUtf8Type(media)) return undefined;
  const { fields, problem } = readPairs(request.query);
  const kinds = fields.filter(({ path }) => /^upload_?(?:type|protocol|id)$/i.test(path[0] ?? ''));
  const isMultipart = kinds.length === 1 && kinds[0]?.path[0] === 'uploadType' && kinds[0].value === 'multipart';
  if (problem !== null || !isMultipart || request.headers.has('x-goog-upload-protocol')) return undefined;
  const [document, file, third] = readMultipart(media, body.bytes).parts;
  if (document?.type !== 'application/json' || file === undefined || third !== undefined) return undefined;
  return bigqueryObject(readJson(document.body).value);
}
