// The entry of an action search: what was told as permitted, on which resource.

import type { InterlockError } from '../errors.ts';
import type { Principal } from '../identify/principal.ts';
import type { QuestionBody } from '../record/entry.ts';
import type { Ledger } from '../record/ledger.ts';
import { questionBody } from '../record/question-entry.ts';
import type { Search, SearchResult } from './action-search.ts';

interface Searched {
  readonly question: string;
  readonly bundle: string;
  /** Null: it was refused. */
  readonly found: SearchResult | null;
  readonly refused: InterlockError | null;
}

/** INVARIANT: a search on which nothing was permitted is on record too. */
export function searchBody(
  search: Search,
  searched: Searched,
  principal: Principal,
  digest: Ledger['keyedDigest'],
): QuestionBody {
  const { question, bundle, found, refused } = searched;
  const permitted = found?.permitted ?? [];
  const body = questionBody(
    {
      ...{
        question,
        given: 'search',
        written: null,
        judgedBytes: null,
        changed: [],
        rejudged: null,
        judgement: null,
        ticket: null,
      },
      verdict: permitted.length === 0 ? 'BLOCK' : 'ALLOW',
      reason: refused?.message ?? `${search.resource.type}::${search.resource.id}: ${permitted.length} actions permitted`,
      code: refused?.code ?? null,
    },
    principal,
    digest,
  );
  // The facts are the question's own and mostly assumed: which actions were told is what counts.
  const actions = permitted.map(({ action, verdict, policies }) => ({
    action: action.name,
    resource: action.resource,
    verdict,
    policies,
    facts: {},
  }));
  return { ...body, bundle: found === null ? null : bundle, actions };
}
