// A change of DNS records as policy reads it, whichever API makes it.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';

export type RecordChangeKind = 'create' | 'delete' | 'upsert';

export interface RecordChange {
  readonly kind: RecordChangeKind;
  /** As written; undefined when the request only gives the record's id. */
  readonly name: string | undefined;
  readonly type: string | undefined;
}

interface DnsCall {
  readonly verb: 'change' | 'unknown-write';
  readonly provider: string;
  readonly inspected: boolean;
  /** As the request names it. */
  readonly zone?: string | undefined;
  /** Entity id, `route53/Z1`. Undefined: the host is the resource. */
  readonly zoneId?: string | undefined;
  /** Undefined when they could not all be read. */
  readonly changes?: readonly RecordChange[] | undefined;
}

/** Route 53 takes a thousand in one batch; more are counted, not told. */
const MAX_NAMES = 1000;

/** INVARIANT: `names` and `types` are there only when every record says its own, so that no policy takes a few for all. */
export function dnsAction(request: RequestView, call: DnsCall): Action {
  const host = hostResource(request);
  const domains = hostDomains(request.authority.host);
  const resource: EntityRef = call.zoneId === undefined ? host : { type: 'Zone', id: call.zoneId };
  const facts: Facts = {
    ...baseFacts(request, call.inspected),
    provider: call.provider,
    ...(call.zone === undefined ? {} : { zone: call.zone }),
    ...(call.changes === undefined ? {} : changeFacts(call.changes)),
  };
  return { name: `dns.${call.verb}`, resource, parents: call.zoneId === undefined ? domains : [host, ...domains], facts };
}

function changeFacts(changes: readonly RecordChange[]): Facts {
  const names = distinct(changes.map(({ name }) => (name === undefined ? undefined : plainName(name))));
  const types = distinct(changes.map(({ type }) => type?.toUpperCase()));
  return {
    changes: [...new Set(changes.map(({ kind }) => kind))],
    changeCount: changes.length,
    ...(names === null || names.length > MAX_NAMES ? {} : { names }),
    ...(types === null ? {} : { types }),
  };
}

/** Null when one is not said. */
function distinct(values: ReadonlyArray<string | undefined>): string[] | null {
  const said = values.filter((value) => value !== undefined);
  return said.length === values.length ? [...new Set(said)] : null;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
