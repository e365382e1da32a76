// What was erased, on record: which values of which entries, never the values.

import type { DisclosureBody } from './disclosure-body.ts';

export interface ErasureBody {
  readonly type: 'erasure';
  /** Sequences as decimal strings, with the places of the values in the entry's body (docs/ledger-format.md, "Hidden values"). */
  readonly erased: ReadonlyArray<{ readonly entry: string; readonly places: readonly string[] }>;
  /** Hidden in the ledger: it may repeat what was erased, and can be erased itself. */
  readonly reason: string;
  /** The operating system's user, as the command told. */
  readonly osUser: string | null;
}

/** What is told of hidden values after their entry was written. */
export type ValuesBody = DisclosureBody | ErasureBody;
