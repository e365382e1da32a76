// Small bundles that judge a model's calls, each with its own tools.yaml and entities, as judges that have nothing in common.

import assert from 'node:assert/strict';
import type { ModelToolCall } from '../../src/classify/tool-call.ts';
import { createBundleJudge, type BundleJudge } from '../../src/decide/bundle-judge.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';
import { filesOf, members, SCHEMA } from '../decide/bundle-fixture.ts';

const CALLS = `${SCHEMA.replace('writes?: Bool,', 'writes?: Bool, trusted?: Bool,')}
entity Model in [Host]; entity McpServer; entity Tool in [McpServer, Model, Host, Domain];
type Taint = { hosts: Set<String>, servers: Set<String>, kinds: Set<String>, untrusted: Bool, inSession: Bool, complete: Bool };
action "llm.tool-call" appliesTo { principal: Agent, resource: Tool, context: { host: String, method: String, path: String, inspected: Bool, taint?: Taint } };
`;

interface Parts {
  readonly name: string;
  readonly policies: string;
  readonly tools?: string;
  readonly entities?: string;
  /** Says nothing of a model's calls. */
  readonly isOld?: boolean;
}

/** `name`: in place of its digest. */
export function toolBundle({ name, policies, tools, entities = '[]', isOld = false }: Parts): BundleJudge {
  const texts = filesOf({ policies, entities, schema: isOld ? SCHEMA : CALLS });
  const { bundle, findings } = checkFiles({ ...texts, digest: name, ...(tools === undefined ? {} : { tools }) });
  if (bundle === null) return assert.fail(JSON.stringify(findings));
  const slots = createEngineSlots();
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  return createBundleJudge(bundle, slots, generation, members());
}

export const REFUND: ModelToolCall = {
  tool: 'refund',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-x',
  arguments: Buffer.from('{"cents":500}'),
  form: 'json',
  sure: true,
};
export const MAPPED = 'refund: { action: payment.refund, amountMinor: cents }\n';
