// Changes the ledger's key while it runs: the draft of the new key, the entry, then the file's name.
//
// What a crash means: before the entry is on disk the draft means nothing; behind it the draft is the key in force, and the next start gives
// it its name (key-files.ts). The old private key is gone with that: nobody can sign with it any more who did not copy it before.

import { InterlockError } from '../errors.ts';
import { originOf } from './checkpoint.ts';
import type { ChainWriter } from './chain-writer.ts';
import { keyChangeBody } from './key-change.ts';
import type { ChangeWord, LedgerKey } from './key-change.ts';
import { keptKeys, signerInForce } from './key-files.ts';
import type { StoreView } from './store.ts';
import { draftSigner, keepSigner } from './signer.ts';
import { verifierKey } from './signed-note.ts';

export interface KeyChangeRequest {
  readonly reason: string;
  /** The operating system's user, as the command told; null: not told. */
  readonly osUser: string | null;
}

/** What others need to check this ledger's checkpoints. */
export interface LedgerKeys {
  /** First line of each checkpoint. */
  readonly origin: string;
  /** The key in force: raw Ed25519, base64. */
  readonly publicKey: string;
  /** The same as C2SP's tools take it. */
  readonly verifierKey: string;
  /** All of them, first to last, with the entry from which each counts. */
  readonly keys: readonly LedgerKey[];
}

export interface KeyRotation {
  /** Throws RECORD_FAILED when the change could not be written: the old key stays, and trying again is safe. */
  rotate(request: KeyChangeRequest): Promise<LedgerKeys>;
  readonly known: LedgerKeys;
}

interface Opened {
  readonly dataDir: string;
  readonly ledger: string;
  readonly keys: readonly LedgerKey[];
  readonly store: StoreView;
  readonly writer: ChainWriter;
  /** Called before anything is written. */
  readonly begin: () => void;
}

export function keyRotation({ dataDir, ledger, keys: opened, store, writer, begin }: Opened): KeyRotation {
  let keys = opened;
  let running = false;

  async function change({ reason, osUser }: KeyChangeRequest): Promise<void> {
    const previous = writer.signer;
    const before = keys.length > 0 ? keys : [{ publicKey: previous.publicKey, from: 0 }];
    const next = draftSigner(dataDir);
    const body = keyChangeBody({ ledger, previous, next, reason, osUser });
    const word: ChangeWord = { previousSignature: body.previousSignature, signature: body.signature };
    const { entry } = await writer.rekey(body, { signer: next, before, change: word });
    keys = [...before, { publicKey: next.publicKey, from: Number(entry), change: word }];
    keepSigner(dataDir);
  }

  function known(): LedgerKeys {
    const { publicKey } = writer.signer;
    const origin = originOf({ ledger });
    const all = keys.length > 0 ? keys.map(shown) : [{ publicKey, from: 0 }];
    return { origin, publicKey, verifierKey: verifierKey({ name: origin, publicKey, type: 0x01 }), keys: all };
  }

  return {
    get known() {
      return known();
    },
    async rotate(request) {
      if (running) throw new InterlockError('USAGE', 'the key is being changed already', { hint: 'wait for the other command' });
      running = true;
      begin();
      try {
        // INVARIANT: no draft is written over one that may be in force. A change whose write was reported as failed may be found in the
        // store all the same when it is opened again; then its key still has the draft's name.
        if (writer.stalled) throw unsettled();
        keys = await keptKeys(store);
        if (signerInForce(dataDir, keys)?.publicKey !== writer.signer.publicKey) throw unsettled();
        await change(request);
      } finally {
        running = false;
      }
      return known();
    },
  };
}

/** What was signed at the change is for repairs. */
function shown({ publicKey, from, id }: LedgerKey): LedgerKey {
  return { publicKey, from, ...(id === undefined ? {} : { id }) };
}

function unsettled(): InterlockError {
  return new InterlockError('RECORD_FAILED', 'the ledger can not be written at the moment', {
    hint: 'change the key once the ledger can be written again',
  });
}
