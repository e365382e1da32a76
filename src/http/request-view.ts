// What may be known of one request's head: immutable, canonical where it is judged, verbatim where it is sent.

import type { HeaderList } from './headers.ts';

/** RFC 3986 §3.2 without userinfo. `host` is lower case, an A-label or IP literal without brackets, no trailing dot. */
export interface Authority {
  readonly host: string;
  readonly port: number;
}

export interface RequestView {
  /** Upper case; unknown methods are kept as sent and are never reads. */
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly authority: Authority;
  /** Origin-form, exactly the bytes that would be sent upstream (threat: judge exactly the bytes that are sent). */
  readonly target: string;
  /** `target` up to the first `?`, as sent. INVARIANT: has no dot segments (also encoded), backslash, NUL or bad escape: those are refused. */
  readonly path: string;
  /**
   * Percent-decoded path segments, without the leading empty one. `/v1/refunds` is `['v1', 'refunds']`; a trailing slash is dropped.
   * `%2F` is decoded inside its segment (Octokit sends `git/refs/heads%2Fmain`), so it never adds one.
   */
  readonly segments: readonly string[];
  /** True when the path held anything that servers read differently (`//`, `;`, double encoding, invalid UTF-8): providers must not grant on it. */
  readonly ambiguousPath: boolean;
  /** Without the `?`; empty when there is none. */
  readonly query: string;
  /** End-to-end fields only: hop-by-hop fields and the proxy's own were taken out. */
  readonly headers: HeaderList;
  /** The protocol an `Upgrade` asked for, lower case, or null. */
  readonly upgrade: string | null;
  readonly hasBody: boolean;
  /** Methods that override headers or parameters claim (E1), upper case; empty for nearly all. */
  readonly claimedMethods: readonly string[];
  /** What the agent numbered its request with (`Interlock-Seq`), or null. Its own word: recorded, never judged. */
  readonly agentSequence: number | null;
}
