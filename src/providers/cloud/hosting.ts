// Hosting APIs that are told by method and path alone: deployments, droplets, apps, runs. A classification here only ever restricts.

import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';

const VENDORS: ReadonlyMap<string, string> = new Map([
  ['app.terraform.io', 'terraform'],
  ['api.vercel.com', 'vercel'],
  ['api.netlify.com', 'netlify'],
  ['api.heroku.com', 'heroku'],
  ['api.digitalocean.com', 'digitalocean'],
  ['api.machines.dev', 'fly'],
]);

/** The field names are those of all of these vendors' errors taken together: each of their clients finds its own. */
export const hosting: Provider = {
  name: 'hosting',
  family: 'cloud',
  hosts: [...VENDORS.keys()],
  recognise,
  refuse(_request, refusal) {
    const message = refusalSentence(refusal);
    const errors = [{ status: '403', title: 'forbidden', detail: message }];
    return jsonAnswer(refusal, { id: 'forbidden', code: 403, message, error: { code: 'forbidden', message }, errors });
  },
};

const ACCESS =
  /(?:^|\/)(?:tokens?|keys|env|config-vars|vars|secrets?|members|collaborators|teams|users|authorizations|memberships|firewalls|hooks|ssh-keys)(?:\/|$)/i;
const EXECUTE = /(?:^|\/)(?:exec|dynos|actions\/(?:apply|force-execute|confirm)|run-command|console)(?:\/|$)/i;
const CREATE =
  /\/(?:deployments|deploys|apps|sites|droplets|machines|projects|runs|builds|workspaces|databases|kubernetes\/clusters)$/i;

function recognise(request: RequestView): Recognition | null {
  const provider = VENDORS.get(request.authority.host);
  if (provider === undefined || isPlainRead(request)) return null;
  const path = request.segments.join('/');
  const call = { provider, verb: verbOf(request.method, `/${path}`), inspected: !hasAmbiguousPath(request), scopes: [provider] };
  return {
    need: { kind: 'none' },
    classify: () => [cloudAction(request, { ...call, targets: path === '' ? undefined : [path] })],
  };
}

function verbOf(method: string, path: string): CloudVerb {
  if (ACCESS.test(path)) return 'access';
  if (EXECUTE.test(path)) return 'execute';
  if (method === 'DELETE') return 'delete';
  if (method === 'PUT' || method === 'PATCH') return 'change';
  return method === 'POST' && CREATE.test(path) ? 'create' : 'unknown-write';
}
