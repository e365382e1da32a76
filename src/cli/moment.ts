// Moments as people give them to a command: `7d` ago, or a time.

import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `30m`, `24h`, `7d`, `2w` before now, or RFC 3339. Milliseconds since 1970. Throws commander's InvalidArgumentError. */
export function moment(text: string, nowMs: number = Date.now()): number {
  const [, count, unit] = /^([1-9]\d{0,4})([mhdw])$/.exec(text) ?? [];
  const unitMs = UNITS[unit ?? ''];
  if (count !== undefined && unitMs !== undefined) return nowMs - Number(count) * unitMs;
  const at = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError('Expected how long ago, like 7d, 24h or 30m, or a time like 2026-11-20T08:00:00Z.');
  return at;
}
