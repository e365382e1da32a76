// A proof file: one entry of a ledger with everything that it takes to check it elsewhere (docs/ledger-proofs.md).

import type { Json } from '../record/canonical.ts';
import type { HiddenValues } from '../record/reveal.ts';

export const PROOF_FORMAT = 'interlock-proof/1';
export const CONSISTENCY_FORMAT = 'interlock-consistency/1';

/** No honest file is larger: a reader that takes it whole is not to be filled by it. */
export const MAX_PROOF_BYTES = 16 * 1024 * 1024;
/** Changes of keys, and entries beside the one that it is about. */
export const MAX_KEYS = 64;
export const MAX_RELATED = 64;

export interface ProvenEntry {
  /** Canonical text, as the chain hashes it. */
  readonly text: string;
  /** Audit path in the checkpoint's tree, from the leaf's sibling upwards: 64 hex digits each (RFC 6962 section 2.1.1). */
  readonly path: readonly string[];
  /** Hidden values that are disclosed, with their salts, by place. Empty: none. */
  readonly values: HiddenValues;
}

export interface ProvenBundle {
  /** 64 hex digits; the entry names the same. */
  readonly digest: string;
  /** Every file that the digest covers, by its name. */
  readonly files: ReadonlyMap<string, string>;
}

/** An older checkpoint, and that its tree is the beginning of the newer one's. */
export interface Since {
  readonly checkpoint: string;
  /** RFC 6962 section 2.1.2, hex. */
  readonly path: readonly string[];
}

/** What a file says of keys: the one that signed, and the changes of keys that lead to it from the ledger's first. */
export interface KeyWord {
  /** Base64 of the raw 32 bytes. The file's own word: a reader pins. */
  readonly publicKey: string;
  /** The `key` entries that lead from the ledger's first key to this one, in order. Empty: it has the key that it began with. */
  readonly keys: readonly ProvenEntry[];
}

export interface ProofFile extends KeyWord {
  readonly format: typeof PROOF_FORMAT;
  /** The signed note, whole. */
  readonly checkpoint: string;
  readonly entry: ProvenEntry;
  /** What belongs to it: its outcome, its ticket's moves. Each one's place is in the same checkpoint. */
  readonly related: readonly ProvenEntry[];
  readonly bundle: ProvenBundle | null;
  readonly since: Since | null;
}

export interface ConsistencyFile extends KeyWord {
  readonly format: typeof CONSISTENCY_FORMAT;
  readonly checkpoint: string;
  readonly since: Since;
}

/** A proof file as JSON's values; `writeProof` of it is the file. */
export function proofJson(file: ProofFile | ConsistencyFile): { readonly [key: string]: Json } {
  const { format, publicKey, keys, checkpoint } = file;
  const said = { format, publicKey, keys: keys.map(entryJson), checkpoint };
  if (file.format === CONSISTENCY_FORMAT) return { ...said, since: sinceJson(file.since) };
  return {
    ...said,
    entry: entryJson(file.entry),
    related: file.related.map(entryJson),
    bundle: file.bundle === null ? null : { digest: file.bundle.digest, files: Object.fromEntries(file.bundle.files) },
    since: file.since === null ? null : sinceJson(file.since),
  };
}

/** The file's text: JSON that a person can look through. */
export function writeProof(json: { readonly [key: string]: Json }): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}

function entryJson({ text, path, values }: ProvenEntry): Json {
  const shown = Object.entries(values).map(([place, { salt, value }]) => [place, { salt, value }] as const);
  return { text, path, values: Object.fromEntries(shown) };
}

function sinceJson({ checkpoint, path }: Since): Json {
  return { checkpoint, path };
}
