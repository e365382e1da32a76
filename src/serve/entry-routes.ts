// /v1/entries and /v1/exchanges: what happened, a page at a time, one entry, or the whole story of one exchange.

import { FOUND_BY_TYPE } from '../record/entry-types.ts';
import type { FastifyInstance } from 'fastify';
import type { Policy } from '../decide/policy.ts';
import { InterlockError } from '../errors.ts';
import type { EntryIndex } from '../record/entry-index.ts';
import type { EntryProof } from '../record/entry-proof.ts';
import { type EntryFilter, FILTER_KINDS, type FilterKind } from '../record/entry-filter.ts';
import type { Term } from '../record/entry-terms.ts';
import type { Entry } from '../record/entry.ts';
import type { Feed, Followed } from '../record/feed.ts';
import { answers, COUNT, FLAG, list, NAME, object, orNull, part, READ_SECURITY, ref, type Schema, TEXT } from './api-schema.ts';
import { FEED_ENTRY, feedEntry, type FeedEntry } from './feed-entry.ts';
import { type LedgerSearch, searchLedger } from './ledger-search.ts';
import type { operatorsOnly } from './operators.ts';
import { POLICY, policyView } from './policy-view.ts';

export interface EntryRouteDeps {
  readonly operators: ReturnType<typeof operatorsOnly>;
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Pick<Feed, 'settled'>;
  /** Null for an entry that there is not. */
  readonly proof: (sequence: number) => Promise<EntryProof | null>;
  readonly bundle: () => { readonly digest: string; readonly policies: readonly Policy[] };
}

type Filters = { readonly [kind in FilterKind]?: string } & {
  readonly before?: number;
  readonly limit?: number;
  readonly since?: string;
  readonly until?: string;
  readonly q?: string;
};

const TAGS = ['ledger'];
const MAX_STORY = 200;
const MOMENT: Schema = { type: 'string', format: 'date-time' };
const PROOF: Schema = object({ chain: FLAG, signature: FLAG });
const ENTRY: Schema = {
  type: 'object',
  description: 'As recorded, hidden values in their places where they are kept; see docs/ledger-format.md.',
};

export function addEntryRoutes(app: FastifyInstance, deps: EntryRouteDeps): void {
  app.addSchema(FEED_ENTRY);
  addPages(app, deps);
  app.get<{ Params: { readonly sequence: number } }>(
    '/v1/entries/:sequence',
    {
      onRequest: deps.operators,
      schema: {
        tags: TAGS,
        summary: 'One entry, and whether it stands where it should',
        security: READ_SECURITY,
        params: object({ sequence: COUNT }),
        response: answers({ 200: object({ entry: ENTRY, view: ref('FeedEntry'), verified: PROOF }) }, 404),
      },
    },
    async ({ params }) => {
      const entry = Number.isSafeInteger(params.sequence) ? await deps.ledger.get(params.sequence) : undefined;
      if (entry === undefined) throw new InterlockError('NAME_UNKNOWN', 'there is no such entry');
      return { entry, view: await viewOf(entry, deps), verified: await proofOf(entry, deps) };
    },
  );
  app.get<{ Params: { readonly exchange: string } }>(
    '/v1/exchanges/:exchange',
    {
      onRequest: deps.operators,
      schema: {
        tags: TAGS,
        summary: 'The whole story of one exchange',
        description:
          'Its entries, those of its tickets and of what Interlock asked on its behalf, in order, and the policies that decided.',
        security: READ_SECURITY,
        params: object({ exchange: NAME }),
        response: answers({ 200: STORY }, 404),
      },
    },
    ({ params }) => storyOf(params.exchange, deps),
  );
}

const STORY: Schema = object({
  exchange: TEXT,
  entries: list(object({ entry: ENTRY, view: ref('FeedEntry'), verified: PROOF })),
  policies: list(POLICY),
  verified: { ...PROOF, description: 'True where it is for every entry.' },
});

function addPages(app: FastifyInstance, deps: EntryRouteDeps): void {
  app.get<{ Querystring: Filters }>(
    '/v1/entries',
    {
      onRequest: deps.operators,
      schema: {
        tags: TAGS,
        summary: 'Entries, newest first',
        description: 'Outcomes are told with their verdicts. A page may be short, even empty, and still have a `next`.',
        security: READ_SECURITY,
        querystring: part({
          before: { ...COUNT, description: 'The `next` of the page before.' },
          limit: { type: 'integer', minimum: 1, maximum: 200 },
          type: {
            enum: ['verdict', ...FOUND_BY_TYPE],
            description: 'Outcomes are not found: they are told with their verdicts.',
          },
          verdict: { enum: ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK'] },
          agent: NAME,
          user: NAME,
          session: NAME,
          action: NAME,
          host: NAME,
          policy: NAME,
          exchange: NAME,
          ticket: NAME,
          plan: NAME,
          since: MOMENT,
          until: MOMENT,
          q: { type: 'string', maxLength: 200, description: 'Text in reason, path, resource, exchange, ticket or policies.' },
        }),
        response: answers({ 200: object({ entries: list(ref('FeedEntry')), next: orNull(COUNT) }) }),
      },
    },
    async ({ query }) => {
      const { found, next } = await searchLedger(searchOf(query), deps);
      return { entries: found.map(({ entry, outcome }) => feedEntry(entry, outcome)), next };
    },
  );
}

function searchOf(query: Filters): LedgerSearch {
  const filter: EntryFilter = Object.fromEntries(
    FILTER_KINDS.flatMap(({ kind }) => (query[kind] === undefined ? [] : [[kind, [query[kind]]]])),
  );
  const { before = null, limit = 50, q: text = null } = query;
  return { filter, text, before, limit, since: momentOf(query.since), until: momentOf(query.until) };
}

function momentOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}

async function viewOf(entry: Entry, { index }: EntryRouteDeps): Promise<FeedEntry> {
  return feedEntry(entry, entry.body.type === 'verdict' ? await index.outcomeOf(entry.sequence) : null);
}

async function proofOf(entry: Entry, deps: EntryRouteDeps): Promise<EntryProof> {
  return (await deps.proof(entry.sequence)) ?? { chain: false, signature: false };
}

async function storyOf(exchange: string, deps: EntryRouteDeps): Promise<object> {
  await deps.feed.settled();
  const own = await entriesWith({ kind: 'exchange', value: exchange }, deps);
  if (own.length === 0) throw new InterlockError('NAME_UNKNOWN', 'there is no such exchange');
  const tickets = new Set(own.flatMap(({ body }) => ('ticket' in body && body.ticket !== null ? [body.ticket] : [])));
  const ofTickets = await Promise.all([...tickets].map((value) => entriesWith({ kind: 'ticket', value }, deps)));
  const all = new Map([...own, ...ofTickets.flat()].map((entry) => [entry.sequence, entry]));
  const entries = await Promise.all(
    [...all.values()]
      .toSorted((a, b) => a.sequence - b.sequence)
      .map(async (entry) => ({ entry, view: await viewOf(entry, deps), verified: await proofOf(entry, deps) })),
  );
  const { digest, policies } = deps.bundle();
  const named = new Set(own.flatMap(({ body }) => (body.type === 'verdict' ? body.policies : [])));
  const inForce = own.every(({ body }) => body.type !== 'verdict' || body.bundle === null || body.bundle === digest);
  return {
    exchange,
    entries,
    policies: policies.filter(({ id }) => named.has(id)).map((policy) => ({ ...policyView(policy), inForce })),
    verified: {
      chain: entries.every(({ verified }) => verified.chain),
      signature: entries.every(({ verified }) => verified.signature),
    },
  };
}

/** In order; the newest when there are too many. */
export async function entriesWith(
  term: Term,
  { index, ledger }: Pick<EntryRouteDeps, 'index' | 'ledger'>,
  most = MAX_STORY,
): Promise<Entry[]> {
  const sequences = await index.newest(term, Number.MAX_SAFE_INTEGER, most);
  const entries = await Promise.all(sequences.toReversed().map((sequence) => ledger.get(sequence)));
  return entries.filter((entry) => entry !== undefined);
}
