// Registries that are known by their paths: crates, gems, NuGet, Maven, Hugging Face, each on any host.

import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { Publication, PublishVerb } from './publish-action.ts';
import { recogniseByPath } from './registry-by-path.ts';

interface Shape {
  readonly ecosystem: string;
  readonly verb: PublishVerb;
  /** Matched against `METHOD /path`; its groups `name`, `version` and `tag` are what they say. */
  readonly call: RegExp;
}

const SHAPES: readonly Shape[] = [
  { ecosystem: 'cargo', verb: 'package', call: /^PUT \/api\/v1\/crates\/new$/ },
  {
    ecosystem: 'cargo',
    verb: 'remove',
    call: /^DELETE \/api\/v1\/crates\/(?<name>[\w-]{1,100})\/(?<version>[^/]{1,100})\/yank$/,
  },
  {
    ecosystem: 'cargo',
    verb: 'config',
    call: /^(?:PUT|DELETE) \/api\/v1\/crates\/(?<name>[\w-]{1,100})\/(?:owners|[^/]{1,100}\/unyank)$/,
  },
  { ecosystem: 'rubygems', verb: 'package', call: /^POST \/api\/v1\/gems$/ },
  { ecosystem: 'rubygems', verb: 'remove', call: /^DELETE \/api\/v1\/gems\/yank$/ },
  { ecosystem: 'rubygems', verb: 'config', call: /^(?:POST|DELETE|PATCH) \/api\/v1\/gems\/(?<name>[\w.-]{1,100})\/owners$/ },
  { ecosystem: 'nuget', verb: 'package', call: /^PUT \/(?:api\/v[23]\/|v3\/)?(?:symbol)?package$/ },
  {
    ecosystem: 'nuget',
    verb: 'remove',
    call: /^(?:DELETE|POST) \/api\/v2\/package\/(?<name>[\w.-]{1,100})\/(?<version>[^/]{1,100})$/,
  },
  { ecosystem: 'maven', verb: 'package', call: /^POST \/api\/v1\/publisher\/upload$/ },
  {
    ecosystem: 'maven',
    verb: 'package',
    call: /^PUT \/(?<name>[\w./-]{1,240})\/(?<version>[\w.+-]{1,100})\/[\w.+-]{1,200}\.(?:jar|pom|war|aar|module)$/,
  },
  { ecosystem: 'maven', verb: 'config', call: /^PUT \/.{0,500}\/maven-metadata\.xml(?:\.\w{1,10})?$/ },
  {
    ecosystem: 'huggingface',
    verb: 'package',
    call: /^POST \/api\/(?:models|datasets|spaces)\/(?<name>[\w.-]{1,100}(?:\/[\w.-]{1,100})?)\/(?:commit|preupload)\/(?<tag>[^/]{1,200})$/,
  },
  { ecosystem: 'huggingface', verb: 'config', call: /^(?:POST|DELETE) \/api\/repos\/(?:create|delete|move)$/ },
];

export const otherRegistries: Provider = {
  name: 'other-registries',
  family: 'publish',
  hosts: ['*'],
  recognise: recogniseByPath(publicationOf),
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { errors: [{ detail: refusalSentence(refusal) }], error: refusalSentence(refusal) }),
};

function publicationOf(request: RequestView): Publication | null {
  const call = `${request.method} /${request.segments.filter((segment) => segment !== '').join('/')}`;
  for (const shape of SHAPES) {
    const match = shape.call.exec(call);
    if (match === null) continue;
    const { name, version, tag } = match.groups ?? {};
    return { ecosystem: shape.ecosystem, verb: shape.verb, inspected: !request.ambiguousPath, name, version, tag };
  }
  return null;
}
