// What an exchange proposes to do: the request, the provider that knows it, what was read of its body, and its actions.

import type { InspectedBody } from '../http/inspected-body.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Provider } from '../providers/provider.ts';
import type { Action } from './action.ts';
import type { Known } from './known.ts';
import type { ModelToolCall } from './tool-call.ts';

export interface Proposal {
  readonly request: RequestView;
  readonly provider: Provider | null;
  readonly body: InspectedBody;
  /** INVARIANT: never empty. */
  readonly actions: readonly Action[];
  /** What classify could ask; the same again for a substitute. */
  readonly known: Known;
  /** The vendor was asked for facts that the request does not name, whatever came of it. */
  readonly lookedUp: boolean;
  /** How it is read again when a constraint has changed it; absent: as any request is. What a model's call would do is not in the registry. */
  readonly reread?: (body: InspectedBody) => readonly Action[];
  /** Set for a model's call, of which another bundle may make other actions. `body` has its arguments as they are judged. */
  readonly call?: ModelToolCall;
}
