// From where a REST call goes, which its path tells, to what of its body is needed and how it is read: the same for every code host.

import type { Facts } from '../../classify/action.ts';
import type { Recognition } from '../provider.ts';
import { NO_FIELDS, readCallFields } from './call-fields.ts';
import type { CallFields, FieldSources } from './call-fields.ts';
import { restActions } from './rest-call.ts';
import type { RestCall } from './rest-call.ts';

interface RestPlace extends Pick<RestCall, 'request' | 'repository' | 'host' | 'rest' | 'table'> {
  /** The body of such a path is a file, which nobody reads, and which may be of any size. */
  readonly upload: boolean;
  /** False when no policy on the repository's name could hold for it although the vendor's clients always name it. */
  readonly sure?: boolean;
  /** Facts that every action of the call has. `fields` are null when they could not be read surely. */
  readonly common?: (fields: CallFields | null) => Facts;
}

/** What a method override would make of an upload is not known: its body is read like any other. */
export function recogniseRest(place: RestPlace, sources: FieldSources): Recognition {
  const { request, common, sure = true } = place;
  const upload = place.upload && request.claimedMethods.length === 0;
  return {
    need: { kind: upload ? 'none' : 'whole' },
    classify(body) {
      const fields = upload ? { fields: NO_FIELDS, document: NO_FIELDS } : readCallFields(request, body, sources);
      return restActions({ ...place, fields, sure: sure && body.problem === null, common: common?.(fields) ?? {} });
    },
  };
}
