// S3's multi-delete: the keys in `<Delete><Object><Key>…`, all of them or none.

import { readXml, xmlChildren, xmlText } from '../../classify/xml.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';

/** S3 takes no more in one call. */
const MAX_OBJECTS = 1000;

/** Null when the document could not be read surely: then nobody knows what would go. */
export function deletedKeys(body: InspectedBody): readonly string[] | null {
  if (body.problem !== null) return null;
  const { root } = readXml(body.bytes);
  if (root?.name !== 'Delete' || root.text.trim() !== '') return null;
  const objects = xmlChildren(root, 'Object');
  if (objects.length === 0 || objects.length > MAX_OBJECTS) return null;
  if (root.children.some(({ name }) => name !== 'Object' && name !== 'Quiet')) return null;
  const keys = objects.map((object) => xmlText(object, 'Key'));
  const known = keys.filter((key) => key !== undefined && key !== '');
  return known.length === keys.length ? known.map(String) : null;
}
