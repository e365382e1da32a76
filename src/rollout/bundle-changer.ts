// Changes the bundle as an act of somebody: promotes a directory, or goes back to a bundle that was in force, with checks before.

import type { BundleFiles } from '../decide/bundle-files.ts';
import { bundleError, type CheckedBundle } from '../decide/bundle.ts';
import type { BundleSource, LoadCause } from '../decide/load-cause.ts';
import { InterlockError } from '../errors.ts';
import type { Directory } from '../identify/directory.ts';
import type { Ledger } from '../record/ledger.ts';
import type { WholeBundle } from './bundle-diff.ts';
import { refusedBody } from './bundle-history.ts';
import { sourceOf } from './bundle-source.ts';
import { type BundleStore, oneKept } from './bundle-store.ts';
import { gitState } from './git-checkout.ts';
import type { Placed } from './placed.ts';
import { readWhole, wholeDigest } from './whole-bundle.ts';

/** Who asks, in which words, and what they looked at when they decided to. */
export interface ChangeRequest {
  /** Of an approver or operator; null: none was given. */
  readonly token: string | null;
  readonly osUser: string | null;
  readonly reason: string;
  /** `wholeDigest` of the files in the policies directory that the change was compared with; null: they could not be read. */
  readonly before: string | null;
  /** Replaces files that were never loaded too. */
  readonly overwrite: boolean;
}

export interface PromoteRequest extends ChangeRequest {
  readonly directory: string;
  /** `wholeDigest` of what was checked. */
  readonly expected: string;
}

export interface RollbackRequest extends ChangeRequest {
  /** A digest, or as much of it as is unique. */
  readonly digest: string;
}

/** A candidate that its own command refused: what is told of it is that command's word. */
export interface RefusedRequest extends Pick<ChangeRequest, 'token' | 'osUser' | 'reason'> {
  readonly directory: string;
  /** Of the bundle that was refused. */
  readonly digest: string;
  /** Which cases failed, or why it does not check. */
  readonly note: string;
}

export interface BundleChanged {
  readonly digest: string;
  /** In force before; null: not known. */
  readonly previous: string | null;
  /** Sequence of the entry that tells of it; null: only cases changed. */
  readonly entry: string | null;
  /** A gateway runs and judges by it; else the next start does. */
  readonly running: boolean;
}

export interface BundleChanger {
  /** Throws BUNDLE_INVALID, BUNDLE_REFUSED, APPROVER_REFUSED, RECORD_FAILED. The bundle in force then stays. */
  promote(request: PromoteRequest): Promise<BundleChanged>;
  /** As promote; and BUNDLE_UNKNOWN, STORE_CORRUPT. */
  rollback(request: RollbackRequest): Promise<BundleChanged>;
  /** Only puts it on record. The sequence of the entry. Throws APPROVER_REFUSED, RECORD_FAILED. */
  refuse(request: RefusedRequest): Promise<string>;
}

/** How a bundle comes into force: judged by at once, or laid down for the next start. */
export interface ChangeBackend {
  readonly running: boolean;
  /** Digest; null: none was yet. */
  inForce(): string | null;
  /** `ready` looks once more, when nobody else changes anything. The sequence of the entry; null when nothing had to be loaded. */
  bring(bundle: WholeBundle, placed: Placed, ready: () => Promise<void>): Promise<string | null>;
  check(files: BundleFiles): Promise<CheckedBundle>;
}

interface ChangerOptions {
  readonly policiesDir: string;
  readonly store: Pick<BundleStore, 'read' | 'find'>;
  readonly directory: Pick<Directory, 'authenticateUser'>;
  readonly backend: ChangeBackend;
  readonly ledger: Pick<Ledger, 'append'>;
}

export function createBundleChanger({ policiesDir, store, directory, backend, ledger }: ChangerOptions): BundleChanger {
  async function tellRefused(digest: string, note: string, cause: LoadCause, source: BundleSource): Promise<string> {
    const { entry } = await ledger.append(refusedBody(digest, note, cause, source, backend.inForce()), 'synced');
    return entry;
  }

  async function change(
    bundle: WholeBundle,
    cause: LoadCause,
    source: BundleSource,
    request: ChangeRequest,
  ): Promise<BundleChanged> {
    const { bundle: good, findings } = await backend.check(bundle.files);
    if (good === null) {
      const refused = bundleError(source.directory, findings);
      await tellRefused(bundle.files.digest, refused.message, cause, source);
      throw refused;
    }
    const previous = backend.inForce();
    const { digest } = bundle.files;
    const ready = (): Promise<void> => refuseUnseen(policiesDir, request, backend.inForce());
    const entry = await backend.bring(bundle, { digest, cause, source }, ready);
    return { digest, previous, entry, running: backend.running };
  }

  function causeOf(
    kind: LoadCause['kind'],
    request: Pick<ChangeRequest, 'token' | 'osUser' | 'reason'>,
    from: string | null,
  ): LoadCause {
    const { token, osUser, reason } = request;
    return { kind, user: token === null ? null : userOf(directory, token), osUser, from, reason };
  }

  return {
    async promote(request) {
      const cause = causeOf('promote', request, request.directory);
      const bundle = await readWhole(request.directory);
      // INVARIANT: what comes into force is what was checked and shown.
      if (wholeDigest(bundle) !== request.expected)
        throw new InterlockError('BUNDLE_REFUSED', `${request.directory} was changed while it was checked`, {
          hint: 'promote it again',
        });
      return change(bundle, cause, await sourceOf(request.directory, bundle.files), request);
    },
    async rollback(request) {
      const cause = causeOf('rollback', request, null);
      const bundle = await store.read(await oneKept(store, request.digest));
      return change(bundle, cause, { directory: bundle.files.directory, git: null, owner: null }, request);
    },
    async refuse({ directory: from, digest, note, ...request }) {
      return tellRefused(digest, note, causeOf('promote', request, from), { directory: from, git: null, owner: null });
    },
  };
}

function userOf(directory: Pick<Directory, 'authenticateUser'>, token: string): string {
  const user = directory.authenticateUser(token);
  if (user !== null) return user.name;
  throw new InterlockError('APPROVER_REFUSED', 'this token is not that of an active user', {
    hint: 'leave it out, and the operating system user is recorded as the command tells it',
  });
}

/** Nobody's change is written over unseen, and no checkout is made to differ from its commit. */
async function refuseUnseen(policiesDir: string, request: ChangeRequest, inForce: string | null): Promise<void> {
  const there = await readWhole(policiesDir).catch(() => null);
  if ((there === null ? null : wholeDigest(there)) !== request.before)
    throw new InterlockError('BUNDLE_REFUSED', `the files in ${policiesDir} were changed by somebody else meanwhile`, {
      hint: 'run the command again: it shows what is different now',
    });
  const git = await gitState(policiesDir, there?.files ?? NO_FILES);
  if (git !== null)
    throw new InterlockError(
      'BUNDLE_REFUSED',
      `${policiesDir} is a git checkout (${git.branch ?? git.commit?.slice(0, 12) ?? 'no commit'})`,
      {
        hint: 'bring the change in with git (merge, revert, checkout): the gateway loads it, and the commit is in the entry',
      },
    );
  const unloaded = there === null || (inForce !== null && there.files.digest !== inForce);
  if (unloaded && !request.overwrite)
    throw new InterlockError('BUNDLE_REFUSED', `the files in ${policiesDir} are not those in force: they would be lost`, {
      hint: 'keep them elsewhere, then give --overwrite',
    });
}

const NO_FILES: BundleFiles = { directory: '', schema: '', entities: '', constraints: '', policies: new Map(), digest: '' };
