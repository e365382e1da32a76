// What a constraint may change in a call to a code host: one field of its body.

import { InterlockError } from '../../errors.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import { setField } from '../set-field.ts';

/** Throws CONSTRAINT_FAILED for everything but `set`. */
export function editFields(request: RequestView, body: InspectedBody, edit: BodyEdit): EditedBody {
  if (edit.kind === 'set') return setField(request, body, edit);
  throw new InterlockError('CONSTRAINT_FAILED', 'a call to a code host has no recipients that could be taken out', {
    hint: 'use `keep-recipients` for email.send alone',
  });
}
