// /v1/agents, /v1/users and /v1/bundle: who there is, and which policies are in force since when.

import type { FastifyInstance } from 'fastify';
import type { Policy } from '../decide/policy.ts';
import type { BundleState } from '../decide/judge-engine.ts';
import type { Directory } from '../identify/directory.ts';
import type { EntryIndex } from '../record/entry-index.ts';
import type { Feed, Followed } from '../record/feed.ts';
import { plainText } from '../record/plain-text.ts';
import { answers, COUNT, list, object, orNull, READ_SECURITY, TEXT, TEXTS, TIME } from './api-schema.ts';
import { agentView, userView } from './directory-view.ts';
import { entriesWith } from './entry-routes.ts';
import type { operatorsOnly } from './operators.ts';
import { BUNDLE_POLICY, policyView } from './policy-view.ts';

export interface HouseRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly directory: Pick<Directory, 'agents' | 'users'>;
  readonly bundle: () => BundleState & { readonly listed: readonly Policy[] };
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Pick<Feed, 'settled'>;
}

const TAGS = ['house'];
const STATE = { enum: ['active', 'revoked'] };
const AGENT = object({ name: TEXT, teams: TEXTS, user: orNull(TEXT), generation: COUNT, state: STATE, createdAt: TIME });
const USER = object({ name: TEXT, groups: TEXTS, state: STATE, createdAt: TIME });
const BUNDLE = object({
  digest: TEXT,
  loadedAt: TIME,
  policies: list(BUNDLE_POLICY),
  history: { ...list(object({ at: TIME, move: TEXT, digest: orNull(TEXT), note: TEXT })), description: 'Newest first.' },
  lastError: orNull(object({ at: TIME, message: TEXT })),
});
const MAX_ERROR_CHARS = 4_000;

export function addHouseRoutes(app: FastifyInstance, deps: HouseRouteDeps): void {
  const route = (summary: string, answer: object) => ({
    onRequest: deps.operators,
    schema: { tags: TAGS, summary, security: READ_SECURITY, response: answers({ 200: { ...answer } }) },
  });
  app.get('/v1/agents', route('Agents', list(AGENT)), async () => deps.directory.agents().map(agentView));
  app.get('/v1/users', route('Users', list(USER)), async () => deps.directory.users().map(userView));
  app.get('/v1/bundle', route('The bundle in force, and its history', BUNDLE), async () => {
    await deps.feed.settled();
    const { digest, loadedAt, listed, lastError } = deps.bundle();
    const history = (await entriesWith({ kind: 'type', value: 'bundle' }, deps)).toReversed().flatMap(({ time, body }) => {
      if (body.type !== 'bundle') return [];
      return [{ at: time, move: body.move, digest: body.digest, note: plainText(body.note, MAX_ERROR_CHARS) }];
    });
    return { digest, loadedAt, policies: listed.map(policyView), history, lastError };
  });
}
