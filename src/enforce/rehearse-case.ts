// A whole request of a bundle's case, read, judged and rewritten as on the wire.

import { answerOf } from '../decide/case-outcome.ts';
import type { RehearseRequest } from '../decide/case-rehearsal.ts';
import { readWrittenRequest } from '../http/written-request.ts';
import { type Rehearsal, rehearse } from './rehearse.ts';

/** What a gateway reads of a body unless its configuration says otherwise. */
export const USUAL_INSPECT_BYTES = 1024 * 1024;

/** The entities of the bundle under test say what Interlock would ask of vendors; nobody is asked. */
export function caseRehearsal(inspectBytes: number = USUAL_INSPECT_BYTES): RehearseRequest {
  return async (raw, principal, judge) => {
    const rehearsal = await rehearse(readWrittenRequest(raw), principal, { judge, wishes: judge, inspectBytes });
    const { judgement, verdict, reason, policies, substitute, rejudged } = rehearsal.decision;
    return {
      answer: { ...answerOf(judgement, verdict, reason), policies },
      actions: judgement.actions.map((action) => action.action),
      substitute:
        substitute === null
          ? null
          : { changed: substitute.changed, actions: (rejudged?.actions ?? []).map((action) => action.action) },
      notes: notesOf(rehearsal),
    };
  };
}

/** In plain words, for whoever reads a report. */
export function notesOf({ unknown }: Pick<Rehearsal, 'unknown'>): readonly string[] {
  switch (unknown) {
    case 'landing':
      return ['where the push would land only the server could say'];
    case 'look-up':
      return ['on the wire Interlock would first ask the vendor for what the request leaves unsaid'];
    case null:
      return [];
  }
}
