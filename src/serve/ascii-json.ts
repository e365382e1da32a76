// JSON in printable ASCII only: what agents wrote can't move a cursor or turn text around in whatever shows it (threat D4).

/** Lossless: everything outside printable ASCII is written as `\uXXXX`. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
