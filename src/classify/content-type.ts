// The media type of a request (RFC 9110 §8.3), read so strictly that no origin can find another one in it (E16).

import type { HeaderList } from '../http/headers.ts';

export interface MediaType {
  /** `application/json`, lower case; empty when there is no Content-Type or it has a problem. */
  readonly type: string;
  /** Lower-case names; values as sent, unquoted. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Why it can't be relied on, for people, or null. */
  readonly problem: string | null;
}

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();
const ABSENT: MediaType = { type: '', parameters: NO_PARAMETERS, problem: null };
const PLAIN: Readonly<Record<string, MediaType>> = {
  'application/json': { type: 'application/json', parameters: NO_PARAMETERS, problem: null },
  'application/x-www-form-urlencoded': { type: 'application/x-www-form-urlencoded', parameters: NO_PARAMETERS, problem: null },
};

const TYPE = /^[a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80}/i;
const PARAMETER = /[ \t]*;[ \t]*([a-z0-9!#$%&'*+.^_`|~-]{1,60})=(?:([a-z0-9!#$%&'*+.^_`|~-]{1,200})|"([^"\\\r\n]{0,200})")/iy;

/** Two Content-Type fields, a list of types or a repeated parameter are a problem: origins pick differently (threat C11). */
export function mediaType(headers: HeaderList): MediaType {
  const [value, second] = headers.all('content-type');
  if (value === undefined) return ABSENT;
  if (second !== undefined) return unsure('the request names more than one Content-Type');
  const trimmed = value.trim();
  if (Object.hasOwn(PLAIN, trimmed)) return PLAIN[trimmed] ?? ABSENT;
  const type = TYPE.exec(trimmed)?.[0];
  if (type === undefined) return unsure('the Content-Type is not a media type');
  const parameters = readParameters(trimmed, type.length);
  if (parameters === null) return unsure('the Content-Type has parameters that can be read in two ways');
  return { type: type.toLowerCase(), parameters, problem: null };
}

export function isJsonType(media: MediaType): boolean {
  return media.type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(media.type);
}

export function isFormType(media: MediaType): boolean {
  return media.type === 'application/x-www-form-urlencoded';
}

/** No charset, or UTF-8: everything else would let an origin read other bytes than we judged (threat C4). */
export function isUtf8Type(media: MediaType): boolean {
  const charset = media.parameters.get('charset');
  return charset === undefined || /^utf-?8$/i.test(charset);
}

function readParameters(text: string, from: number): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>();
  let at = from;
  while (at < text.length) {
    PARAMETER.lastIndex = at;
    const match = PARAMETER.exec(text);
    if (match === null) return /^[ \t]*;?$/.test(text.slice(at)) ? parameters : null;
    const name = (match[1] ?? '').toLowerCase();
    if (parameters.has(name)) return null;
    parameters.set(name, match[2] ?? match[3] ?? '');
    at += match[0].length;
  }
  return parameters;
}

function unsure(problem: string): MediaType {
  return { type: '', parameters: NO_PARAMETERS, problem };
}
