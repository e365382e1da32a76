// Content-Type and Content-Disposition of a MIME part: the value, its parameters, and the file names that they come to (RFC 2231).

import { decodeCharset, decodeWords } from './encoded-word.ts';
import { MimeProblem } from './mime-problem.ts';

export interface MimeValue {
  /** `multipart/mixed`, `attachment`; lower case. */
  readonly value: string;
  /** Lower-case names; values unquoted, not yet decoded. */
  readonly parameters: ReadonlyMap<string, string>;
}

const VALUE = /^[a-z0-9!#$%&'*+.^_`{|}~-]{1,80}(?:\/[a-z0-9!#$%&'*+.^_`{|}~-]{1,80})?/i;
const PARAMETER =
  /[ \t]*;[ \t]*([a-z0-9!#$%&'*+.^_`{|}~-]{1,60})[ \t]*=[ \t]*(?:([a-z0-9!#$%&'*+./:?@^_`{|}~-]+)|"((?:[^"\\]|\\[ -~])*)")/iy;
const MAX_PARAMETERS = 100;
const CONTINUED = /^(.+?)\*(0|[1-9][0-9]?)(\*?)$/;

/** Throws MimeProblem for comments, repeats and everything that two readers would take apart differently. */
export function readMimeValue(text: string): MimeValue {
  const value = VALUE.exec(text)?.[0];
  if (value === undefined) throw new MimeProblem('a part has a Content field that is not readable');
  const parameters = new Map<string, string>();
  for (let at = value.length; at < text.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at;
    const match = PARAMETER.exec(text);
    if (match === null && /^[ \t]*;?[ \t]*$/.test(text.slice(at))) break;
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || parameters.has(name) || parameters.size >= MAX_PARAMETERS)
      throw new MimeProblem('a part has a Content field with parameters that can be read in two ways');
    parameters.set(name, match?.[2] ?? (match?.[3] ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return { value: value.toLowerCase(), parameters };
}

/**
 * Every text that a reader may take for this parameter, best first: `filename*` or its continuations `filename*0*`, then `filename` with
 * its encoded words decoded. Throws MimeProblem for continuations with gaps: readers stop there or skip them.
 */
export function parameterTexts(parameters: ReadonlyMap<string, string>, name: string): readonly string[] {
  const texts: string[] = [];
  const extended = parameters.get(`${name}*`);
  if (extended !== undefined) texts.push(decodeExtended(extended));
  const continued = joinContinued(parameters, name);
  if (continued !== null) texts.push(continued);
  const plain = parameters.get(name);
  if (plain !== undefined) texts.push(decodeWords(plain));
  return texts;
}

function joinContinued(parameters: ReadonlyMap<string, string>, name: string): string | null {
  const pieces = new Map<number, { readonly text: string; readonly escaped: boolean }>();
  for (const [key, text] of parameters) {
    const [, base, index, star] = CONTINUED.exec(key) ?? [];
    if (base !== name || index === undefined) continue;
    if (pieces.has(Number(index))) throw new MimeProblem('a part has a file name with the same piece twice');
    pieces.set(Number(index), { text, escaped: star === '*' });
  }
  if (pieces.size === 0) return null;
  let joined = '';
  let isExtended = false;
  for (let index = 0; index < pieces.size; index += 1) {
    const piece = pieces.get(index);
    if (piece === undefined) throw new MimeProblem('a part has a file name with a piece missing');
    if (index === 0) isExtended = piece.escaped;
    // A plain piece between extended ones is literal, so its percent signs are no escapes.
    joined += isExtended && !piece.escaped ? piece.text.replaceAll('%', '%25') : piece.text;
  }
  return isExtended ? decodeExtended(joined) : joined;
}

/** `utf-8'en'caf%C3%A9`. What can't be decoded stays as it is written. */
function decodeExtended(text: string): string {
  const [, charset, content] = /^([^']*)'[^']*'(.*)$/s.exec(text) ?? [];
  if (charset === undefined || content === undefined) return text;
  const bytes = content.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodeCharset(Buffer.from(bytes, 'latin1'), charset === '' ? 'us-ascii' : charset) ?? text;
}
