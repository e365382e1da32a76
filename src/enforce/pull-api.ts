// What Interlock has to know of a code host to open a pull request there: one description a vendor; `pulls.ts` does the rest.

import type { Json } from '../classify/strict-json.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { Authority, RequestView } from '../http/request-view.ts';

export interface PullRequest {
  /** As people there call it: `pull request #3`, `merge request !3`. */
  readonly name: string;
  readonly url: string;
}

/** What a look-up or an opening came to; `unknown` tells why there is no telling. */
export type PullState =
  | { readonly kind: 'open'; readonly pull: PullRequest }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface PullDraft {
  /** Branch names, without `refs/heads/`. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** One pull request in the vendor's JSON. Fields are undefined where the JSON has something else. */
interface ListedPull {
  readonly number: Json | undefined;
  readonly url: Json | undefined;
  /** Branch names, without `refs/heads/`. */
  readonly head: Json | undefined;
  readonly base: Json | undefined;
  /** Its commits come from another repository (a fork), so its branch is not the one that we push to. */
  readonly foreign: boolean;
}

/** The API of one repository. All targets are on `authority`, which belongs to the operator of the host that was pushed to. */
export interface PullApi {
  readonly scheme: 'http' | 'https';
  readonly authority: Authority;
  /** `pull request #` or `merge request !`: what the number follows. */
  readonly label: string;
  /** Content negotiation and the push's credential, as this API takes it. */
  readonly headers: RawHeaders;
  /** Lists the open ones from `head` to `base`, or as many as the API can narrow it down to. */
  listTarget(head: string, base: string): string;
  /** Null when the answer is no list. */
  readList(json: Json | undefined): readonly Json[] | null;
  readPull(item: Json): ListedPull;
  readonly openTarget: string;
  openBody(draft: PullDraft): { readonly [name: string]: unknown };
  /** Statuses that also mean "there is one already". */
  readonly taken: readonly number[];
  /** The vendor's words in an error, the most general first. */
  readErrors(json: Json | undefined): readonly (Json | undefined)[];
}

/** The API for the repository that a push goes to; null when it has no pull requests (a wiki), or its path is none of this vendor's. */
export type PullVendor = (request: RequestView) => PullApi | null;
