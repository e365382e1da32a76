// A question of the decision endpoint, as it was given and not yet judged.

import type { EntityRef, Facts } from '../classify/action.ts';
import type { ModelToolCall } from '../classify/tool-call.ts';

/** An action with its facts, in the words of the bundle's schema. */
export interface TypedQuestion {
  readonly kind: 'typed';
  readonly name: string;
  readonly resource: EntityRef;
  readonly parents: readonly EntityRef[];
  readonly facts: Facts;
}

export type Question =
  | TypedQuestion
  /** One HTTP/1.1 request, as it would be sent. `mcp`: made here of an MCP call. */
  | { readonly kind: 'request' | 'mcp'; readonly raw: Buffer }
  /** A call of a tool that a model asks for. */
  | { readonly kind: 'tool'; readonly call: ModelToolCall };

/** What AuthZEN demands beside a request that says it all: checked against what the request is. */
export interface Claim {
  readonly name: string;
  readonly resource: EntityRef | null;
}

export interface Asked {
  /** Null: whoever asks. */
  readonly subject: EntityRef | null;
  readonly question: Question;
  readonly claim: Claim | null;
  /** The caller carries out constraints, so `CONSTRAIN` is a yes. */
  readonly obligations: boolean;
  /** Open the ticket that the request would wait for. */
  readonly park: boolean;
}
