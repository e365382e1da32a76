// Time left and time gone, in the few words that fit on a card.

export type Urgency = 'over' | 'soon' | 'near' | 'calm';

/** Seconds until `expiresAt` by the gateway's clock, which is `offsetMs` ahead of this one. Never below 0. */
export function secondsLeft(expiresAt: string, nowMs: number, offsetMs = 0): number {
  const left = (Date.parse(expiresAt) - nowMs - offsetMs) / 1000;
  return Number.isFinite(left) ? Math.max(0, Math.ceil(left)) : 0;
}

/** `59s`, `4m 05s`, `2h 10m`, `3d 4h`. */
export function durationText(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`;
}

/** For ears: no seconds ticking, whole words. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return 'less than a minute';
  const [value, unit] =
    seconds < 5_400
      ? [Math.round(seconds / 60), 'minute']
      : seconds < 129_600
        ? [Math.round(seconds / 3600), 'hour']
        : [Math.round(seconds / 86_400), 'day'];
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

export function urgencyOf(seconds: number): Urgency {
  if (seconds <= 0) return 'over';
  if (seconds <= 60) return 'soon';
  return seconds <= 300 ? 'near' : 'calm';
}

/** How much of its life is left, 0 to 1. */
export function shareLeft(createdAt: string, expiresAt: string, seconds: number): number {
  const whole = (Date.parse(expiresAt) - Date.parse(createdAt)) / 1000;
  return whole > 0 ? Math.min(1, seconds / whole) : 0;
}

/** `just now`, `3 min ago`, `2 h ago`, `5 d ago`. */
export function agoText(at: string, nowMs: number): string {
  const seconds = (nowMs - Date.parse(at)) / 1000;
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 45) return 'just now';
  if (seconds < 3_300) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 84_000) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}
