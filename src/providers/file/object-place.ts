// Which bucket and key a request of S3's protocol names: in the host or first in the path, read as the store reads it.

import type { AwsHead } from '../../classify/aws-call.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { hasAmbiguousPath } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';

export interface ObjectPlace {
  /** Id of the Bucket entity: `s3/logs`, `gcs/logs`, `store.example.com/logs`. Undefined: the request names none, or not surely. */
  readonly bucket: string | undefined;
  /** The object's key, decoded where it is UTF-8. Empty: the bucket itself is meant. */
  readonly key: string;
  /** False when two readers could find another bucket or key. */
  readonly sure: boolean;
}

const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
/** An access point may stand where a bucket may, by its ARN. */
const ACCESS_POINT = /^arn:aws[a-z-]{0,10}:s3(?:-outposts|-object-lambda)?:[a-z0-9-]{1,32}:[0-9]{12}:[a-z0-9/:.-]{1,150}$/;

/** S3 at AWS, or a store that is signed for like it. AWS does not normalise paths: `a//b` and `a/b` are two keys there. */
export function s3Place(request: RequestView, head: AwsHead): ObjectPlace {
  if (!head.onAwsHost) return pathPlace(request, `${hostResource(request).id}/`, !hasAmbiguousPath(request));
  if (head.hostPrefix === '') return pathPlace(request, 's3/', true);
  const kind = /\.(s3-(?:accesspoint|object-lambda|outposts))[.-]/.exec(request.authority.host)?.[1] ?? 's3';
  return { bucket: `${kind}/${head.hostPrefix}`, key: decoded(request.path.slice(1)), sure: BUCKET.test(head.hostPrefix) };
}

/** The bucket is the path's first segment, `prefix` makes its entity id. */
export function pathPlace(request: RequestView, prefix: string, isPlain: boolean): ObjectPlace {
  const slash = request.path.indexOf('/', 1);
  const first = decoded(request.path.slice(1, slash === -1 ? undefined : slash));
  const key = slash === -1 ? '' : decoded(request.path.slice(slash + 1));
  if (BUCKET.test(first) || ACCESS_POINT.test(first)) return { bucket: prefix + first, key, sure: isPlain };
  return { bucket: undefined, key, sure: first === '' && key === '' && isPlain };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a key in Latin-1: told as it is written
  }
}
