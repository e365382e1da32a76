// The Docker Engine's API on any host, known by its versioned paths. Whoever may create a container there owns the machine.

import { mergedSegments } from '../../classify/merged-segments.ts';
import { hasAmbiguousPath, isPlainRead } from '../../classify/plain-action.ts';
import { hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider, Recognition } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { cloudAction, type CloudVerb } from './cloud-action.ts';

export const docker: Provider = {
  name: 'docker',
  family: 'cloud',
  hosts: ['*'],
  recognise,
  refuse: (_request, refusal) => jsonAnswer(refusal, { message: refusalSentence(refusal) }),
};

const VERSION = /^v1\.(?:1[2-9]|[2-9][0-9])$/;
const KINDS: ReadonlySet<string> = new Set(
  'containers exec images build volumes networks secrets configs services swarm nodes plugins session grpc auth commit'.split(
    ' ',
  ),
);

const RUNS: ReadonlySet<string> = new Set(['exec', 'build', 'session', 'grpc']);
const ACCESS: ReadonlySet<string> = new Set(['swarm', 'secrets', 'auth', 'plugins']);

function recognise(request: RequestView): Recognition | null {
  const path = mergedSegments(request.segments);
  const [version = '', kind = ''] = path;
  const verb = dockerVerb(request, path.slice(1));
  if (!VERSION.test(version) || !KINDS.has(kind) || verb === null) return null;
  return {
    need: { kind: 'none' },
    classify: () => [
      cloudAction(request, {
        verb,
        provider: 'docker',
        inspected: !hasAmbiguousPath(request),
        scopes: [`docker/${hostResource(request).id}`],
        service: kind,
        operation: `${request.method.toLowerCase()} ${kind}/${path.at(-1) ?? ''}`,
        targets: [path.slice(1).join('/')],
      }),
    ],
  };
}

/** Null: a plain read. An attached terminal is a GET with an upgrade as well as a POST (E2). */
function dockerVerb(request: RequestView, [kind = '', , word]: readonly string[]): CloudVerb | null {
  const runs = RUNS.has(kind) || word === 'exec' || word === 'attach';
  if (runs && (request.method !== 'GET' || word === 'attach' || request.upgrade !== null)) return 'execute';
  if (isPlainRead(request)) return null;
  if (kind === 'containers' && request.segments.at(-1) === 'create') return 'execute';
  if (ACCESS.has(kind)) return 'access';
  if (request.method === 'DELETE' || request.segments.at(-1) === 'prune') return 'delete';
  return request.method === 'POST' || request.method === 'PUT' ? 'change' : 'unknown-write';
}
