// The OpenID AuthZEN Authorization API 1.0 at http://interlock.internal/access/v1/: an agent asks what would become of what it means to do.

import { readSearch, searchActions } from '../ask/action-search.ts';
import { ask, type Answered, type AskDeps, foreignSubject } from '../ask/ask.ts';
import { readBoxcar, runBoxcar } from '../ask/evaluations.ts';
import { createQuestionRate, type QuestionRate } from '../ask/question-rate.ts';
import { readQuestion } from '../ask/read-question.ts';
import { searchBody } from '../ask/search-entry.ts';
import type { JsonObject } from '../classify/strict-json.ts';
import { RESERVED_NAME } from '../connection/reserved-name.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { InternalDoor } from './internal-door.ts';
import { internalJson, methodNotAllowed } from './internal-answer.ts';
import { readMessage } from './internal-message.ts';

const METADATA = '/.well-known/authzen-configuration';
const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';
const SEARCH = '/access/v1/search/action';
/** Each action of the schema is judged: up to a hundred questions, one entry. */
const SEARCH_COST = 5;

/** `rate` is shared by all that lets an agent ask. */
export function createAskDoor(deps: AskDeps, rate: QuestionRate = createQuestionRate()): InternalDoor {
  const asking = async (message: JsonObject, exchange: Exchange, principal: Principal, at: number): Promise<Answered> =>
    ask(readQuestion(message), principal, `${exchange.id}.${at}`, deps);

  const routes: Readonly<Record<string, (message: JsonObject, exchange: Exchange, principal: Principal) => Promise<object>>> = {
    async [EVALUATION](message, exchange, principal) {
      rate.spend(principal.agent, 1);
      return single(await asking(message, exchange, principal, 0));
    },
    async [EVALUATIONS](message, exchange, principal) {
      const boxcar = readBoxcar(message);
      rate.spend(principal.agent, boxcar?.evaluations.length ?? 1);
      if (boxcar === null) return single(await asking(message, exchange, principal, 0));
      return { evaluations: await runBoxcar(boxcar, (one, at) => asking(one, exchange, principal, at)) };
    },
    async [SEARCH](message, exchange, principal) {
      rate.spend(principal.agent, SEARCH_COST);
      const search = readSearch(message);
      const foreign = foreignSubject(search, principal);
      const found = foreign === null ? searchActions(search, principal, deps.judge) : null;
      const { ledger, judge } = deps;
      const body = searchBody(
        search,
        { question: `${exchange.id}.0`, bundle: judge.bundle, found, refused: foreign },
        principal,
        ledger.keyedDigest,
      );
      const { entry } = await ledger.append(body, 'written');
      if (foreign !== null) throw foreign;
      return { results: found?.results ?? [], context: { others: found?.others ?? [], entry } };
    },
  };

  return {
    index: [
      `${EVALUATION}   POST: may I do this? (AuthZEN; see docs/asking.md)`,
      `${EVALUATIONS}   POST: several at once`,
      `${SEARCH}   POST: what may I do with this?`,
    ],
    has: (path) => path === METADATA || Object.hasOwn(routes, path),
    async answer(exchange, principal) {
      const { method, path } = exchange.request;
      if (path === METADATA) return method === 'GET' ? internalJson(METADATA_DOCUMENT) : methodNotAllowed('GET');
      if (method !== 'POST') return methodNotAllowed('POST');
      const route = routes[path];
      const message = await readMessage(exchange);
      return internalJson(route === undefined ? {} : await route(message, exchange, principal));
    },
  };
}

/** AuthZEN §10.1.3: an error of the request has a status of its own; a no has 200. */
function single({ decision, context, refused }: Answered): object {
  if (refused !== null) throw refused;
  return { decision, context };
}

/**
 * §9. The scheme is http: between the agent and Interlock is no network of others, and the name leads nowhere but through the proxy. Subject and
 * resource search are left out: an agent does not list other agents, and a bundle's entities are not for agents to list.
 */
const METADATA_DOCUMENT = {
  policy_decision_point: `http://${RESERVED_NAME}`,
  access_evaluation_endpoint: `http://${RESERVED_NAME}${EVALUATION}`,
  access_evaluations_endpoint: `http://${RESERVED_NAME}${EVALUATIONS}`,
  search_action_endpoint: `http://${RESERVED_NAME}${SEARCH}`,
};
