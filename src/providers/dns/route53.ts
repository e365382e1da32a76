// Amazon Route 53: batches of record changes in XML, all of them or none; every other write to it is an unknown one.

import { type AwsHead, awsHead } from '../../classify/aws-call.ts';
import { AWS_HOSTS } from '../../classify/aws-host.ts';
import { hostResource } from '../../classify/base-facts.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { readXml, type XmlElement, xmlChildren, xmlText } from '../../classify/xml.ts';
import type { InspectedBody } from '../../http/inspected-body.ts';
import type { RequestView } from '../../http/request-view.ts';
import { awsRefusal } from '../aws-refusal.ts';
import type { Provider, Recognition } from '../provider.ts';
import { dnsAction, type RecordChange, type RecordChangeKind } from './dns-action.ts';

/** Bodies are signed, so no constraint can edit them: there is no `edit`. */
export const route53: Provider = { name: 'route53', family: 'dns', hosts: [...AWS_HOSTS, '*'], recognise, refuse: awsRefusal };

const ZONE = /^[A-Z0-9]{1,64}$/;
const KINDS: Readonly<Record<string, RecordChangeKind>> = { CREATE: 'create', DELETE: 'delete', UPSERT: 'upsert' };
/** Route 53's own limit is a thousand records a batch. */
const MAX_CHANGES = 1000;

function recognise(request: RequestView): Recognition | null {
  if (isPlainRead(request)) return null;
  const head = awsHead(request);
  if (head?.service !== 'route53') return null;
  const zone = changedZone(request);
  const sure = head.problem === null && !hasAmbiguousPath(request);
  return {
    need: { kind: zone === undefined ? 'none' : 'whole' },
    classify: (body) => {
      if (zone === undefined) return [dnsAction(request, { verb: 'unknown-write', provider: 'aws', inspected: sure })];
      const changes = readChanges(body);
      const inspected = sure && changes !== null;
      const zoneId = zoneEntity(request, head, zone);
      return [dnsAction(request, { verb: 'change', provider: 'aws', inspected, zone, zoneId, changes: changes ?? undefined })];
    },
  };
}

/** `POST /2013-04-01/hostedzone/{zone}/rrset`. */
function changedZone({ method, segments }: RequestView): string | undefined {
  const [version, word, zone = '', verb, ...more] = segments;
  const matches = method === 'POST' && version === '2013-04-01' && word === 'hostedzone' && verb === 'rrset' && more.length === 0;
  return matches && ZONE.test(zone) ? zone : undefined;
}

function zoneEntity(request: RequestView, head: AwsHead, zone: string): string {
  return head.onAwsHost ? `route53/${zone}` : `${hostResource(request).id}/${zone}`;
}

/** Null when one change can't be read surely: its neighbours say nothing about it. */
function readChanges(body: InspectedBody): readonly RecordChange[] | null {
  if (body.problem !== null) return null;
  const { root } = readXml(body.bytes);
  const [batch, second] = root?.name === 'ChangeResourceRecordSetsRequest' ? xmlChildren(root, 'ChangeBatch') : [];
  const [list, third] = batch === undefined ? [] : xmlChildren(batch, 'Changes');
  if (list === undefined || second !== undefined || third !== undefined || list.children.length > MAX_CHANGES) return null;
  const changes = list.children.map(readChange);
  const known = changes.filter((change) => change !== null);
  return known.length === changes.length && known.length > 0 ? known : null;
}

function readChange(change: XmlElement): RecordChange | null {
  const [record, second] = xmlChildren(change, 'ResourceRecordSet');
  const kind = KINDS[xmlText(change, 'Action')?.trim() ?? ''];
  const name = record === undefined ? undefined : xmlText(record, 'Name')?.trim();
  const type = record === undefined ? undefined : xmlText(record, 'Type')?.trim();
  if (change.name !== 'Change' || second !== undefined || kind === undefined || !name || !type) return null;
  return { kind, name, type };
}
