// The cookie that names a console session: unreadable to scripts, unsent by other sites, and over TLS bound to this very host.

/** A session's id as sessions.ts makes it. */
const ID = /^[A-Za-z0-9_-]{43}$/;

export interface SessionCookie {
  readonly name: string;
  /** The id in a Cookie header, or null when there is none, more than one, or something else. */
  read(header: string | undefined): string | null;
  /** Set-Cookie for a fresh session. */
  set(id: string, seconds: number): string;
  /** Set-Cookie that takes it away. */
  clear(): string;
}

/**
 * `secure` when the console speaks TLS. `__Host-` then keeps other hosts of the domain from planting a cookie (RFC 6265bis §4.1.3.2);
 * browsers refuse that prefix on plain http, where loopback is all that the console listens on by default.
 */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-interlock' : 'interlock_session';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  return {
    name,
    read(header) {
      const found = (header ?? '').split(';').flatMap((pair) => {
        const at = pair.indexOf('=');
        return at !== -1 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
      });
      const [id] = found;
      // Two of one name: somebody planted one, and which of them is ours can't be told.
      return found.length === 1 && id !== undefined && ID.test(id) ? id : null;
    },
    set: (id, seconds) => `${name}=${id}; ${attributes}; Max-Age=${seconds}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}
