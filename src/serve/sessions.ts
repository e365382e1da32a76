// Who is signed in at the console: short sessions in memory, each good only while its user and the user's token are what they were.

import { hash, randomBytes } from 'node:crypto';
import type { Directory, UserRecord } from '../identify/directory.ts';
import { sameHash } from '../identify/token.ts';

export interface Session {
  readonly user: UserRecord;
  /** To be sent back in the header X-Interlock-CSRF with everything but GET. */
  readonly csrf: string;
  /** Milliseconds since 1970: the hard end, however busy the session is. */
  readonly expiresAtMs: number;
}

export interface Sessions {
  /** Signs a user in. The id goes into the cookie and is kept nowhere. */
  open(user: UserRecord): { readonly id: string; readonly session: Session };
  /** The session of this id, and a sign of life for it; null for none, an ended one, or one whose user was revoked or rotated. */
  find(id: string): Session | null;
  /** Is it good still? Looking is no sign of life: a page left open does not keep a session up. */
  stands(id: string): boolean;
  end(id: string): void;
  /** Sessions kept now. */
  count(): number;
}

export interface SessionsOptions {
  readonly directory: Pick<Directory, 'user'>;
  /** The longest life. */
  readonly minutes: number;
  /** Without a request for this long a session ends. */
  readonly idleMinutes?: number;
  readonly nowMs?: () => number;
}

interface Kept {
  readonly user: string;
  /** The user's token when the session began: a rotation ends it. */
  readonly tokenHash: string;
  readonly csrf: string;
  readonly expiresAtMs: number;
  seenMs: number;
}

const ID_BYTES = 32;
const MAX_SESSIONS = 1_000;
const MAX_PER_USER = 16;
const IDLE_MINUTES = 15;

/**
 * A restart signs everybody out: nothing of a session is on disk.
 * INVARIANT: an id is 256 random bits made here and kept as its hash; one that a caller brings is only ever looked up (session fixation).
 */
export function createSessions(options: SessionsOptions): Sessions {
  const { directory, nowMs = Date.now, minutes } = options;
  const idleMs = Math.min(options.idleMinutes ?? IDLE_MINUTES, minutes) * 60_000;
  /** By the hash of the id, oldest first. */
  const kept = new Map<string, Kept>();
  const look = (id: string): { readonly one: Kept; readonly user: UserRecord } | null => {
    const key = hashOf(id);
    const one = kept.get(key);
    if (one === undefined) return null;
    const now = nowMs();
    const user = directory.user(one.user);
    const standing = user?.state === 'active' && sameHash(user.tokenHash, one.tokenHash);
    if (user !== undefined && standing && now < one.expiresAtMs && now - one.seenMs < idleMs) return { one, user };
    kept.delete(key);
    return null;
  };
  return {
    open(user) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const csrf = randomBytes(ID_BYTES).toString('base64url');
      const now = nowMs();
      const one: Kept = { user: user.name, tokenHash: user.tokenHash, csrf, expiresAtMs: now + minutes * 60_000, seenMs: now };
      makeRoom(kept, user.name);
      kept.set(hashOf(id), one);
      return { id, session: { user, csrf, expiresAtMs: one.expiresAtMs } };
    },
    find(id) {
      const found = look(id);
      if (found === null) return null;
      found.one.seenMs = nowMs();
      return { user: found.user, csrf: found.one.csrf, expiresAtMs: found.one.expiresAtMs };
    },
    stands: (id) => look(id) !== null,
    end: (id) => void kept.delete(hashOf(id)),
    count: () => kept.size,
  };
}

/** The oldest go first, of the same user before those of others. */
function makeRoom(kept: Map<string, Kept>, user: string): void {
  const own = [...kept].filter(([, one]) => one.user === user);
  for (const [key] of own.slice(0, Math.max(0, own.length - MAX_PER_USER + 1))) kept.delete(key);
  for (const [key] of kept) {
    if (kept.size < MAX_SESSIONS) return;
    kept.delete(key);
  }
}

function hashOf(id: string): string {
  return hash('sha256', id, 'hex');
}
