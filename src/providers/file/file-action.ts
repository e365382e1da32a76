// A file that goes out, or goes away, as policy reads it: whatever kept it, and the `file.*` action that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';

export type FileVerb = 'upload' | 'delete' | 'unknown-write';

export interface FileCall {
  readonly verb: FileVerb;
  /** False when any judged field could not be read surely. */
  readonly inspected: boolean;
  /** Bucket id, `s3/logs`. Undefined: the place is the host itself (a paste site, a drop box). */
  readonly bucket?: string | undefined;
  /** Bytes of this request's file, as declared. */
  readonly bytes?: number | undefined;
  /** Key or file name. */
  readonly name?: string | undefined;
  /** What is deleted; the first MAX_NAMES are told. */
  readonly names?: readonly string[] | undefined;
  readonly count?: number | undefined;
  /** Where the bytes come from when they are not in the request. */
  readonly source?: string | undefined;
  readonly public?: boolean | undefined;
  readonly part?: boolean | undefined;
}

/** S3 deletes at most a thousand objects a call. */
const MAX_NAMES = 1000;
const BYTES = /^[0-9]{1,15}$/;

/** `destination` is always there: the bucket, or the host with its port where that is not the usual one. */
export function fileAction(request: RequestView, call: FileCall): Action {
  const host = hostResource(request);
  const resource: EntityRef = call.bucket === undefined ? host : { type: 'Bucket', id: call.bucket };
  const { bytes, name, names, count = names?.length, source, part } = call;
  const facts: Facts = {
    ...baseFacts(request, call.inspected),
    destination: resource.id,
    ...(bytes === undefined ? {} : { bytes }),
    ...(name === undefined ? {} : { name }),
    ...(names === undefined ? {} : { names: names.slice(0, MAX_NAMES) }),
    ...(count === undefined ? {} : { count }),
    ...(source === undefined ? {} : { source }),
    ...(call.public === undefined ? {} : { public: call.public }),
    ...(part === undefined ? {} : { part }),
  };
  const domains = hostDomains(request.authority.host);
  return { name: `file.${call.verb}`, resource, parents: call.bucket === undefined ? domains : [host, ...domains], facts };
}

/** What a length field says; undefined when it is absent, repeated or no plain number. */
export function declaredBytes(request: RequestView, field = 'content-length'): number | undefined {
  const [value, second] = request.headers.all(field);
  return value !== undefined && second === undefined && BYTES.test(value) ? Number(value) : undefined;
}
