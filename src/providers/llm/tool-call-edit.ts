// The one change that a constraint can make to a model's call: a value of its JSON arguments.

import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { InterlockError } from '../../errors.ts';
import type { BodyEdit, EditedBody } from '../body-edit.ts';
import { setField } from '../set-field.ts';

/** Throws CONSTRAINT_FAILED. SDKs read no arguments at all as an empty object. */
export function editToolCall(request: RequestView, body: InspectedBody, edit: BodyEdit, form: 'json' | 'text'): EditedBody {
  if (edit.kind !== 'set' || form !== 'json')
    throw new InterlockError('CONSTRAINT_FAILED', 'of a call only a value of its JSON arguments can be set');
  return setField(request, body.bytes.length === 0 ? { bytes: Buffer.from('{}'), problem: null } : body, edit);
}
