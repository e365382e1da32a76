// RFC 2047 encoded words: text for people, and a place to hide an address or a line break from whoever reads before decoding.

// One class for the text and no nested quantifiers, so it is linear.
const WORD = /=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{1,20})?\?([bq])\?([!->@-~]{0,1000})\?=/gi;
const BETWEEN_WORDS = /(\?=)[ \t]+(?==\?)/g;

/** The text with its words decoded; a word in a charset that is not known here stays as it is. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  return text.replaceAll(BETWEEN_WORDS, '$1').replaceAll(WORD, (whole, charset: string, coding: string, content: string) => {
    return decodeCharset(wordBytes(coding, content), charset) ?? whole;
  });
}

/**
 * Does a word hide what would change an address list, or a line break, from readers that split before they decode? Charsets in which
 * ASCII signs have other bytes always might.
 */
export function wordsHideSigns(text: string): boolean {
  if (!text.includes('=?')) return false;
  for (const [, charset = '', coding = '', content = ''] of text.matchAll(WORD)) {
    if (/^utf-?(?:7|16|32)|^iso-2022|^hz/i.test(charset)) return true;
    if (/[@<>\r\n\0]/.test(wordBytes(coding, content).toString('latin1'))) return true;
  }
  return false;
}

/** Null when the charset is unknown or the bytes are not in it. */
export function decodeCharset(bytes: Buffer, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function wordBytes(coding: string, content: string): Buffer {
  if (coding.toLowerCase() === 'b') return Buffer.from(content, 'base64');
  const unescaped = content
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(unescaped, 'latin1');
}
