// A grant's scope as policies write it, in words.

const UNITS: Readonly<Record<string, string>> = { m: 'minute', h: 'hour' };

/**
 * `session 10m target` → `the next requests of this kind, from the same session, to the same target, for 10 minutes`. What a scope does not
 * narrow is said as well: an approver must see how wide it is.
 */
export function scopeWords(scope: string): string {
  const parts = scope.trim().split(/\s+/);
  const found = (pattern: RegExp): RegExpExecArray | undefined =>
    parts.map((part) => pattern.exec(part)).find((match) => match !== null) ?? undefined;
  const count = found(/^(\d+)x$/)?.[1];
  const time = found(/^(\d+)([mh])$/);
  return [
    `${count === undefined ? 'the next requests' : `the next ${count} requests`} of this kind`,
    parts.includes('session') ? 'from the same session' : 'from any session of this agent',
    parts.includes('target') ? 'to the same target' : 'to any target',
    time === undefined ? 'for a day at most' : `for ${time[1]} ${UNITS[time[2] ?? ''] ?? ''}${time[1] === '1' ? '' : 's'}`,
  ].join(', ');
}
