// One Azure Resource Manager call: what its path names and what its method or action does. Paths are read without regard to case (E12).

import type { CloudVerb } from './cloud-action.ts';

interface ArmCall {
  readonly verb: CloudVerb;
  /** Narrowest first: `azure/{subscription}/{resource group}`, `azure/{subscription}`. */
  readonly scopes: readonly string[];
  /** `microsoft.compute`. */
  readonly service: string | undefined;
  /** `virtualmachines/runcommand`. */
  readonly operation: string | undefined;
  readonly target: string;
  /** A record set of a DNS zone: then it is a change of DNS. */
  readonly record: { readonly zone: string; readonly type: string; readonly name: string } | undefined;
}

const SECRET_ACTION = /^list[a-z]*(?:key|secret|sas|credential|connectionstring|callbackurl|password|token)/;
const ACCESS_ACTION = /^(?:regenerate|elevateaccess|generate|grant|revoke|assign|beginget|resetpassword|renew)/;
const EXECUTE_ACTION = /^(?:runcommand|run|exec|trigger|invoke|startjob|schedulerun|execute)/;
const CHANGE_ACTION =
  /^(?:start|stop|poweroff|deallocate|restart|redeploy|reimage|generalize|capture|reapply|simulateeviction|move|resize|pause|resume|failover|upgrade|sync|restore|purge|attach|detach|swap|reset|publish|enable|disable|update|register|unregister)/;
const ACCESS_TYPE =
  /^(?:roleassignments|roledefinitions|policyassignments|policydefinitions|locks|accesspolicies|federatedidentitycredentials|denyassignments|roleeligibilityschedulerequests|roleassignmentschedulerequests|userassignedidentities|securityrules|firewallrules|authorizationrules|hostkeys)$/;
/** A script on a machine, by way of a resource. */
const EXECUTE_TYPE = /^(?:runcommands|extensions|deploymentscripts|jobs)$/;
const RECORD_TYPE = /^(?:a|aaaa|caa|cname|ds|mx|naptr|ns|ptr|soa|srv|tlsa|txt)$/;

/** `path`: segments as sent. */
export function armCall(method: string, path: readonly string[]): ArmCall {
  const segments = path.map((segment) => segment.toLowerCase());
  const at = segments.lastIndexOf('providers');
  const service = at === -1 ? undefined : segments[at + 1];
  const resource = at === -1 ? segments : segments.slice(at + 2);
  // Types and names alternate: what is left over behind them is an action.
  const hasAction = method === 'POST' && resource.length % 2 === 1 && resource.length > 0;
  const action = hasAction ? (resource.at(-1) ?? '') : undefined;
  const types = resource.filter((_, i) => i % 2 === 0 && !(hasAction && i === resource.length - 1));
  return {
    verb: verbOf(method, action, types, service),
    scopes: scopesOf(segments),
    service,
    operation: [types.join('/'), action ?? method.toLowerCase()].filter((part) => part !== '').join('/'),
    target: path.join('/'),
    record: recordOf(service, resource),
  };
}

function verbOf(method: string, action: string | undefined, types: readonly string[], service: string | undefined): CloudVerb {
  const type = types.at(-1) ?? '';
  if (action !== undefined && SECRET_ACTION.test(action)) return 'secret';
  if (action !== undefined && ACCESS_ACTION.test(action)) return 'access';
  if (service === 'microsoft.authorization' || ACCESS_TYPE.test(type)) return 'access';
  if (method === 'DELETE') return 'delete';
  if (action !== undefined && EXECUTE_ACTION.test(action)) return 'execute';
  if (EXECUTE_TYPE.test(type) && method !== 'GET') return 'execute';
  if (method === 'PUT' || method === 'PATCH') return 'change';
  return action !== undefined && CHANGE_ACTION.test(action) ? 'change' : 'unknown-write';
}

function scopesOf([root, subscription, groups, group]: readonly string[]): string[] {
  if (root !== 'subscriptions' || subscription === undefined) return [];
  const whole = `azure/${subscription}`;
  return groups === 'resourcegroups' && group !== undefined ? [`${whole}/${group}`, whole] : [whole];
}

function recordOf(service: string | undefined, resource: readonly string[]): ArmCall['record'] {
  const [zones, zone, type, name, ...more] = resource;
  const isRecord = service === 'microsoft.network' && (zones === 'dnszones' || zones === 'privatednszones') && more.length === 0;
  if (!isRecord || zone === undefined || type === undefined || name === undefined || !RECORD_TYPE.test(type)) return undefined;
  return { zone, type, name };
}
