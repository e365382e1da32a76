// PostgREST on hosts that are not Supabase's: known by the field that names a schema to write to, and behind Supabase's gateway by its path.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { Provider } from '../provider.ts';
import type { DatabasePlace } from './database-action.ts';
import { databaseProvider } from './database-api.ts';
import { postgrestAnswer, postgrestRoute } from './postgrest.ts';

const PLACE: DatabasePlace = { system: 'postgrest', dialect: 'postgresql' };

/** A GET is left to `http.read`, but for a function's: on a host that nobody knows a header is no ground for more. */
export const postgrestAnywhere: Provider = databaseProvider({
  name: 'postgrest-anywhere',
  system: 'postgrest',
  hosts: ['*'],
  actsOnGet: true,
  accountHeaders: ['apikey', 'accept-profile', 'content-profile'],
  claims: (request) => {
    const path = tablePath(request);
    return path !== null && (!isPlainRead(request) || path[0] === 'rpc');
  },
  route: (request) => postgrestRoute(request, tablePath(request) ?? [], PLACE),
  refuse: (_request, refusal) => postgrestAnswer(refusal),
});

/** The segments behind the API's root, null when nothing says PostgREST. Doubled slashes hide nothing (E11). */
function tablePath({ headers, segments: all }: RequestView): readonly string[] | null {
  const segments = all.filter((segment) => segment !== '');
  if (segments[0] === 'rest' && segments[1] === 'v1' && segments.length > 2 && headers.has('apikey')) return segments.slice(2);
  return headers.has('content-profile') || headers.has('accept-profile') ? segments : null;
}
