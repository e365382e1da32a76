// Why a bundle is loaded, and what is known of who wanted it.

export interface LoadCause {
  /** `file-change`: the files were seen to be others. `reload`: SIGHUP, or the control socket. */
  readonly kind: 'start' | 'file-change' | 'reload' | 'promote' | 'rollback';
  /** A `User` who proved it by token. */
  readonly user: string | null;
  /** The operating system's user, as the command said: the control socket shows no more than that it may open it. */
  readonly osUser: string | null;
  /** The directory that was promoted; null: it was changed in place. */
  readonly from: string | null;
  /** In the words of who did it. */
  readonly reason: string;
}

/** Where a bundle's files come from. */
export interface BundleSource {
  readonly directory: string;
  /** Null: the files are in no commit, or the directory is no git checkout. */
  readonly git: GitState | null;
  /** Who owns the newest of its files, as the file system says. */
  readonly owner: string | null;
}

export interface GitState {
  /** Null when the checkout names none that can be read. */
  readonly commit: string | null;
  /** Null on a detached HEAD. */
  readonly branch: string | null;
  /** Do the files differ from that commit's, byte for byte? Null: its objects can't be read. */
  readonly dirty: boolean | null;
}

function nobody(kind: LoadCause['kind']): LoadCause {
  return { kind, user: null, osUser: null, from: null, reason: '' };
}

export const AT_START: LoadCause = nobody('start');
export const FILE_CHANGE: LoadCause = nobody('file-change');
export const RELOAD: LoadCause = nobody('reload');
