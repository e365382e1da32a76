// Is this request from Slack, fresh, and seen for the first time? (Slack: "Verifying requests from Slack".)

import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  /** `X-Slack-Request-Timestamp` and `X-Slack-Signature`; null when missing or sent more than once. */
  readonly timestamp: string | null;
  readonly signature: string | null;
  /** The bytes as they came: a signature over anything parsed and written again proves nothing. */
  readonly body: Buffer;
}

export type SignatureCheck = 'genuine' | 'forged' | 'stale' | 'replayed' | 'busy';

export interface SignatureGate {
  check(request: SignedRequest): SignatureCheck;
}

/** Slack's own advice: older than five minutes may be a replay. Clocks differ in both directions. */
const WINDOW_SECONDS = 300;
const MAX_REMEMBERED = 10_000;
const SIGNATURE = /^v0=[0-9a-f]{64}$/;
const TIMESTAMP = /^[0-9]{1,12}$/;

export function createSignatureGate(secret: string, now: () => number = Date.now, most: number = MAX_REMEMBERED): SignatureGate {
  /** Signatures seen and the second in which each stops being fresh, oldest first as they came. */
  const seen = new Map<string, number>();
  const forget = (second: number): void => {
    for (const [signature, end] of seen) if (end < second) seen.delete(signature);
  };
  return {
    check({ timestamp, signature, body }) {
      if (timestamp === null || signature === null || !TIMESTAMP.test(timestamp) || !SIGNATURE.test(signature)) return 'forged';
      const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
      if (!timingSafeEqual(expected, Buffer.from(signature.slice('v0='.length), 'hex'))) return 'forged';
      // The time is signed too: only now is it worth reading.
      const second = Math.floor(now() / 1000);
      if (Math.abs(second - Number(timestamp)) > WINDOW_SECONDS) return 'stale';
      if (seen.has(signature)) return 'replayed';
      if (seen.size >= most) forget(second);
      // INVARIANT: what can't be remembered is not taken. Only Slack can fill this, for nobody else signs.
      if (seen.size >= most) return 'busy';
      seen.set(signature, Number(timestamp) + WINDOW_SECONDS);
      return 'genuine';
    },
  };
}
