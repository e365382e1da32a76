// Ref names: which bytes are one (git-check-ref-format), and how a judged ref is written down.

/** Longer names than any host stores as a file are noise. */
const MAX_REF_BYTES = 1024;

/** A ref as policies and people read it. */
export interface ReadableRef {
  /** The name itself when `sure`; else the bytes with everything odd escaped as `\xNN`, cut at 1,024. */
  readonly text: string;
  /** False when hosts could read the bytes differently from us: bad UTF-8, controls, or no well-formed ref name. */
  readonly sure: boolean;
}

/**
 * Reads a ref from its bytes, given one char a byte (latin1).
 * Bad UTF-8, invisible characters and malformed names are never sure: two servers may see two refs (E34: `refs/heads/main `).
 */
export function readRef(byteString: string): ReadableRef {
  const bytes = Buffer.from(byteString, 'latin1');
  const text = bytes.toString('utf8');
  const exact = bytes.length <= MAX_REF_BYTES && Buffer.from(text, 'utf8').equals(bytes);
  if (exact && isRefName(text)) return { text, sure: true };
  return { text: escapeBytes(byteString.slice(0, MAX_REF_BYTES)), sure: false };
}

/** A ref that came as text (JSON): the same rules, nothing to decode. */
export function readRefText(text: string): ReadableRef {
  if (text.isWellFormed() && Buffer.byteLength(text) <= MAX_REF_BYTES && isRefName(text)) return { text, sure: true };
  return { text: escapeBytes(Buffer.from(text, 'utf8').toString('latin1', 0, MAX_REF_BYTES)), sure: false };
}

/** `HEAD`, or `refs/…` as git-check-ref-format allows, without invisible characters (which git allows, and people can't see). */
export function isRefName(name: string): boolean {
  if (name === 'HEAD') return true;
  return name.startsWith('refs/') && isRefPath(name) && name.split('/').length >= 3;
}

/** The rules for the components, wherever they stand: no `..`, `@{`, `//`, no leading dot, no `.lock`, no blanks or glob characters. */
function isRefPath(path: string): boolean {
  if (/[\p{C}\p{Z} ~^:?*[\\]/u.test(path)) return false;
  if (path.includes('..') || path.includes('@{') || path.endsWith('.')) return false;
  return path.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** One path component from any text: an agent's name in a branch. Changed names get a digest's digits, so that no two agents share one. */
export function refComponent(text: string, digest: (text: string) => string): string {
  const plain = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 64);
  const trimmed = plain
    .replace(/^[.-]+/, '')
    .replace(/[.-]+$/, '')
    .replace(/\.lock$/i, '');
  return trimmed === text && trimmed !== '' ? trimmed : `${trimmed === '' ? 'agent' : trimmed}-${digest(text).slice(0, 8)}`;
}

function escapeBytes(byteString: string): string {
  return byteString.replace(/[^\x21-\x5b\x5d-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
