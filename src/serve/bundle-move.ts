// One move of the bundle as operators see it: when, what, who and why, its texts plain.

import type { BundleChanges, BundleLoad } from '../record/bundle-body.ts';
import type { Entry } from '../record/entry.ts';
import { plainText } from '../record/plain-text.ts';
import { COUNT, FLAG, list, object, orNull, TEXT, TIME } from './api-schema.ts';

export interface BundleMove {
  /** Of the entry. */
  readonly sequence: number;
  readonly at: string;
  readonly move: string;
  readonly digest: string | null;
  readonly policies: number;
  readonly note: string;
  /** Its files are kept: they can be shown, compared and gone back to. */
  readonly kept: boolean;
  /** Null in entries from before this was recorded, and of files that were rejected where nobody asked for them. */
  readonly load: BundleLoad | null;
}

const MAX_TEXT_CHARS = 4_000;

/** Null for an entry that is no move of a bundle. */
export function bundleMove({ sequence, time, body }: Entry, kept: ReadonlySet<string>): BundleMove | null {
  if (body.type !== 'bundle') return null;
  const { move, digest, policies, load } = body;
  return {
    sequence,
    at: time,
    move,
    digest,
    policies,
    note: plain(body.note),
    kept: digest !== null && kept.has(digest),
    load: load === undefined ? null : plainLoad(load),
  };
}

function plainLoad(load: BundleLoad): BundleLoad {
  const { user, osUser, fileOwner, git, changes } = load;
  return {
    ...load,
    user: orPlain(user),
    osUser: orPlain(osUser),
    fileOwner: orPlain(fileOwner),
    reason: plain(load.reason),
    directory: plain(load.directory),
    git: git === null ? null : { ...git, branch: orPlain(git.branch) },
    changes: changes === null ? null : plainChanges(changes),
  };
}

function plainChanges({ added, changed, removed, files }: BundleChanges): BundleChanges {
  const named = ({ count, ids }: BundleChanges['added']): BundleChanges['added'] => ({ count, ids: ids.map(plain) });
  return { added: named(added), changed: named(changed), removed: named(removed), files: files.map(plain) };
}

function plain(text: string): string {
  return plainText(text, MAX_TEXT_CHARS);
}

function orPlain(text: string | null): string | null {
  return text === null ? null : plain(text);
}

const NAMED = object({ count: COUNT, ids: { ...list(TEXT), description: 'The first 64.' } });

export const BUNDLE_MOVE = object({
  sequence: { ...COUNT, description: 'Of the entry: /v1/entries/{sequence}.' },
  at: TIME,
  move: {
    enum: ['loaded', 'placed', 'rejected'],
    description: '`placed`: put in place while no gateway ran. `rejected` with a load: a promotion or rollback that was refused.',
  },
  digest: orNull(TEXT),
  policies: COUNT,
  note: TEXT,
  kept: { ...FLAG, description: 'Its files can be read, compared and gone back to.' },
  load: orNull(
    object({
      cause: { enum: ['start', 'file-change', 'reload', 'promote', 'rollback'] },
      user: { ...orNull(TEXT), description: 'A `User` who proved it by token.' },
      osUser: { ...orNull(TEXT), description: "The operating system's user, as the command said." },
      fileOwner: { ...orNull(TEXT), description: 'Owner of the newest file: not who changed it.' },
      reason: TEXT,
      directory: { ...TEXT, description: 'Where the files come from.' },
      git: orNull(
        object({
          commit: orNull(TEXT),
          branch: orNull(TEXT),
          dirty: { ...orNull(FLAG), description: "Do the files differ from the commit's? Null: its objects can't be read." },
        }),
      ),
      previous: { ...orNull(TEXT), description: 'The digest in force before.' },
      changes: {
        ...orNull(object({ added: NAMED, changed: NAMED, removed: NAMED, files: list(TEXT) })),
        description: 'Null: not known.',
      },
    }),
  ),
});
