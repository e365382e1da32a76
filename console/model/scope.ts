// A grant's scope as policies write it, in words.

/** `session 10m target` → `the next requests of this kind from the same session, to the same target, for 10 minutes`. */
export function scopeWords(scope: string): string {
  const parts = scope.trim().split(/\s+/);
  const where = parts.flatMap((part) => WHERE[part] ?? []);
  const time = parts.flatMap((part) => timeWords(part) ?? []);
  const uses = parts.flatMap(
    (part) =>
      /^(\d+)x$|^x(\d+)$/
        .exec(part)
        ?.slice(1)
        .find((n) => n !== undefined) ?? [],
  );
  const count = uses.length === 0 ? 'the next requests' : `the next ${uses[0]} requests`;
  return [`${count} of this kind`, ...where, ...time].join(', ');
}

const WHERE: Readonly<Record<string, string>> = {
  session: 'from the same session',
  agent: 'from the same agent',
  target: 'to the same target',
};

const UNITS: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };

function timeWords(part: string): string | null {
  const match = /^(\d+)([smhd])$/.exec(part);
  if (match === null) return null;
  const [, count = '', unit = ''] = match;
  return `for ${count} ${UNITS[unit] ?? ''}${count === '1' ? '' : 's'}`;
}
