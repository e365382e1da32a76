// What of a URL may be written down: secrets are often in paths and queries (threat F12, E14).

/** Long mixed segments are tokens (webhook secrets, signed links, bot keys) far more often than names. */
const LONG_SEGMENT = /[^/]{20,}/;
const TOKEN_LIKE = /^(?=[^/]*[a-z])(?=[^/]*[A-Z])(?=[^/]*\d)[^/]{20,}$/;
/** `pi_3MtwBw…`, `msg_01…`: object ids carry a short lower-case prefix and open nothing by themselves. Keys of some vendors look alike. */
const OBJECT_ID = /^(?!gh[a-z]_|npm_|hf_|whsec_|[prs]k_|pat_|key_|token_)[a-z]{2,6}_(?!live|test)[A-Za-z0-9]+$/;
/** What can be the name of a parameter. A bare token whose base64 ends in `=` only looks like one. */
const PARAMETER_NAME = /^(?![^=]{16,}==?$)[^=]{1,128}=/;
const MAX_PARAMETERS = 50;

type Digest = (text: string) => string;

/** The path with token-like segments replaced by a short keyed digest, so that equal ones can still be told. */
export function maskPath(path: string, digest: Digest): string {
  if (path.length < 20 || !LONG_SEGMENT.test(path)) return path;
  return path
    .split('/')
    .map((segment) =>
      TOKEN_LIKE.test(segment) && !OBJECT_ID.test(segment) ? `{masked:${digest(segment).slice(0, 12)}}` : segment,
    )
    .join('/');
}

/** An address in a header field, as much of it as may be written down. */
export function maskAddress(address: string, digest: Digest): string {
  const [place = ''] = address.split(/[?#]/, 1);
  // `https://user:password@host/`
  return maskPath(place.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1'), digest);
}

/** `name=digest&name=digest`: names as sent, values only as keyed digests. Null when there is no query. */
export function recordedQuery(query: string, digest: Digest): string | null {
  if (query === '') return null;
  const parameters = query.split('&');
  const shown = parameters.slice(0, MAX_PARAMETERS).map((parameter) => {
    const equals = parameter.indexOf('=');
    // A parameter without `=` is all value: it may be a bare token.
    if (!PARAMETER_NAME.test(parameter) || TOKEN_LIKE.test(parameter.slice(0, equals)))
      return `~${digest(parameter).slice(0, 16)}`;
    return `${parameter.slice(0, Math.min(equals, 128))}=${digest(parameter.slice(equals + 1)).slice(0, 16)}`;
  });
  if (parameters.length > MAX_PARAMETERS) shown.push(`+${parameters.length - MAX_PARAMETERS}`);
  return shown.join('&');
}
