// /v1/bundle/history and /v1/bundle/diff: every change of the bundle with who and what, the files of each, and how two differ.

import type { FastifyInstance } from 'fastify';
import { readableCases } from '../rollout/case-tree.ts';
import { bundleContents, type BundleStore, oneKept } from '../rollout/bundle-store.ts';
import { bundleDiff } from '../rollout/bundle-diff.ts';
import { policyTextsBetween } from '../rollout/policy-texts.ts';
import type { EntryIndex } from '../record/entry-index.ts';
import type { Feed, Followed } from '../record/feed.ts';
import { answers, COUNT, list, object, orNull, part, READ_SECURITY, TEXT, TEXTS } from './api-schema.ts';
import { BUNDLE_MOVE } from './bundle-move.ts';
import { type BundleQuery, bundlePage } from './bundle-page.ts';
import type { operatorsOnly } from './operators.ts';

export interface BundleRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Pick<Feed, 'settled'>;
  readonly bundles: Pick<BundleStore, 'find' | 'read'>;
  /** Digest of the bundle in force. */
  readonly inForce: () => string;
}

const TAGS = ['house'];
const CHANGE = { enum: ['added', 'removed', 'changed'] };
const FILE = object({ name: TEXT, change: CHANGE, diff: { ...TEXT, description: 'A unified diff without its head.' } });
const DIFF = object({
  from: TEXT,
  to: TEXT,
  policies: list(object({ id: TEXT, change: CHANGE, file: TEXT, diff: TEXT })),
  omitted: { ...COUNT, description: 'Policies that differ beyond those listed.' },
  files: { ...list(FILE), description: 'Schema, entities, constraints, budgets, tools.' },
  rearranged: { ...TEXTS, description: 'Policy files in which only comments, order or the names of files differ.' },
  cases: list(FILE),
});
const KEPT = object({
  digest: TEXT,
  inForce: { type: 'boolean' },
  policies: list(object({ id: TEXT, file: TEXT, line: COUNT, text: TEXT })),
  files: { ...list(object({ name: TEXT, text: TEXT })), description: 'All files of the bundle, whole.' },
  cases: {
    ...list(object({ name: TEXT, text: TEXT })),
    description: 'What lies in its `cases/`; bytes that are no text are marked.',
  },
});
const DIGEST = { type: 'string', pattern: '^[0-9a-f]{6,64}$', description: 'A digest, or as much of it as is unique.' };

export function addBundleRoutes(app: FastifyInstance, deps: BundleRouteDeps): void {
  const shared = { tags: TAGS, security: READ_SECURITY };
  app.get<{ Querystring: BundleQuery }>(
    '/v1/bundle/history',
    {
      onRequest: deps.operators,
      schema: {
        ...shared,
        summary: 'Bundles that were loaded, placed or rejected, newest first',
        description: 'A page may be short, even empty, and still have a `next`. Candidates are in /v1/shadow.',
        querystring: part({
          before: { ...COUNT, description: 'The `next` of the page before.' },
          limit: { type: 'integer', minimum: 1, maximum: 200 },
        }),
        response: answers({ 200: object({ moves: list(BUNDLE_MOVE), inForce: TEXT, next: orNull(COUNT) }) }),
      },
    },
    ({ query }) => bundlePage(query, deps),
  );
  app.get<{ Params: { readonly digest: string } }>(
    '/v1/bundle/history/:digest',
    {
      onRequest: deps.operators,
      schema: {
        ...shared,
        summary: 'The files of a bundle that was in force',
        params: object({ digest: DIGEST }),
        response: answers({ 200: KEPT }, 404, 500),
      },
    },
    async ({ params }) => {
      const { files, cases } = await deps.bundles.read(await oneKept(deps.bundles, params.digest));
      return {
        digest: files.digest,
        inForce: files.digest === deps.inForce(),
        policies: [...(await policyTextsBetween(files)).values()],
        files: [...bundleContents(files)].map(([name, text]) => ({ name, text })),
        cases: readableCases(cases),
      };
    },
  );
  app.get<{ Querystring: { readonly from: string; readonly to: string } }>(
    '/v1/bundle/diff',
    {
      onRequest: deps.operators,
      schema: {
        ...shared,
        summary: 'How two bundles that were in force differ',
        querystring: { ...object({ from: DIGEST, to: DIGEST }) },
        response: answers({ 200: DIFF }, 404, 500),
      },
    },
    async ({ query }) => {
      const read = async (digest: string) => deps.bundles.read(await oneKept(deps.bundles, digest));
      return bundleDiff(await read(query.from), await read(query.to));
    },
  );
}
