// Automatic persisted queries: a document that was sent with its hash is known when only the hash comes later (threat C16) (E25).

import { createHash } from 'node:crypto';
import { persistedHash, type StoredDocument } from '../../classify/graphql.ts';
import type { Known, Learnt } from '../../classify/known.ts';
import type { Json, JsonObject } from '../../classify/strict-json.ts';
import type { Observation } from '../observation.ts';
import { envelopesOf } from './graphql-carrier.ts';

const KIND = 'graphql-document';
/** Larger documents are not remembered, so their hash alone stays unknown. */
const MAX_CHARACTERS = 20_000;

export function storedIn(known: Known): StoredDocument {
  return (sha256) => {
    const document = known.find(KIND, sha256)?.['document'];
    return typeof document === 'string' ? document : undefined;
  };
}

/** Null when nothing in the request registers a document. Learnt only when the server took the request. */
export function observeRegistration(carried: Json | undefined | null): Observation | null {
  const learnt = envelopesOf(carried).flatMap(registration);
  if (learnt.length === 0) return null;
  return { kind: 'copy', limitBytes: 1024 * 1024, read: ({ status }) => (status === 200 ? learnt : []) };
}

/** INVARIANT: only a text that hashes to what it says is learnt under it. */
function registration(envelope: JsonObject): Learnt[] {
  const hash = persistedHash(envelope);
  const { query } = envelope;
  if (hash === undefined || typeof query !== 'string' || query.length > MAX_CHARACTERS) return [];
  if (createHash('sha256').update(query).digest('hex') !== hash) return [];
  return [{ kind: KIND, id: hash, facts: { document: query } }];
}
