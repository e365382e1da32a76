// One answer everywhere: every fixture through the wire's stages, the endpoint, typed questions and an MCP call, and not one difference.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { judgeQuestion } from '../../src/ask/judge-question.ts';
import { readQuestion } from '../../src/ask/read-question.ts';
import type { Finding } from '../../src/ask/finding.ts';
import { propose } from '../../src/classify/propose.ts';
import { isJsonObject, readJson } from '../../src/classify/strict-json.ts';
import { decide } from '../../src/enforce/constrain.ts';
import type { Decision } from '../../src/enforce/decision.ts';
import { enrich } from '../../src/enrich/enrich.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import { readRpc } from '../../src/providers/mcp/json-rpc.ts';
import { Readable } from 'node:stream';
import { ASKER, askDesk } from '../support/ask-desk.ts';
import { handMade, NO_WISHES } from '../support/exchange.ts';
import { type FixtureFile, fixtureFiles } from '../support/fixture-folders.ts';
import { fixtureRequest } from '../support/fixture-request.ts';

const stack = new DisposableStack();
after(() => stack.dispose());
const hits = fixtureFiles().filter(({ name }) => name.startsWith('hit-'));
// Wherever a vendor listens is opened here: on other ports the wire judges a tunnel, and raw-question.test.ts says so of the endpoint.
const connectPorts = new Set(Array.from({ length: 65_536 }, (_, port) => port));
const { deps } = stack.use(await askDesk({ change: { connectPorts } }));

/** What people, agents and the ledger are told. */
interface Answer {
  readonly verdict: string;
  readonly policies: readonly string[];
  readonly constraints: readonly string[];
}

/** The wire: the protocol layer's view, and the stages one after the other. */
async function onTheWire(raw: Buffer): Promise<Decision> {
  const { view } = fixtureRequest(raw);
  const bytes = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
  const source = { declaredBytes: bytes.length, encodings: view.headers.all('content-encoding'), invite: null };
  const body = new RequestBody(view.hasBody ? { ...source, stream: Readable.from([bytes]) } : null, createMemoryBudget(1e8));
  const exchange: Exchange = { ...handMade('GET', '/'), request: view, body };
  const known = deps.recall.of(ASKER, view);
  const proposal = await enrich(exchange, ASKER, await propose(exchange, deps.inspectBytes, known), NO_WISHES);
  return decide(exchange, ASKER, proposal, { ...NO_WISHES, judge: deps.judge });
}

const question = (message: unknown): Promise<Finding> => {
  const { value } = readJson(Buffer.from(JSON.stringify(message)));
  assert.ok(isJsonObject(value));
  return judgeQuestion(readQuestion(value), ASKER, deps);
};

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

function told({ verdict, judgement }: Pick<Finding, 'verdict' | 'judgement'>): Answer {
  return { verdict, policies: judgement?.policies ?? [], constraints: names(judgement?.constraints ?? []) };
}

function rawOf(file: FixtureFile): Buffer {
  return readFileSync(file.url);
}

/** Null: refused before anything is judged, with the code that the wire's entry has. */
async function wireAnswer(raw: Buffer): Promise<Decision | InterlockError> {
  return onTheWire(raw).catch((thrown: unknown) => {
    assert.ok(thrown instanceof InterlockError, String(thrown));
    return thrown;
  });
}

test(`the endpoint says of each of ${hits.length} requests what the wire says`, async () => {
  const seen = new Map<string, number>();
  for (const file of hits) {
    const raw = rawOf(file);
    const wire = await wireAnswer(raw);
    const asked = await question({ context: { request: { base64: raw.toString('base64') } } });
    const where = `${file.folder}/${file.name}`;
    seen.set(asked.verdict, (seen.get(asked.verdict) ?? 0) + 1);
    if (wire instanceof InterlockError) assert.deepEqual([asked.verdict, asked.code], ['BLOCK', wire.code], where);
    // Where a push lands only its server can say: then what policy says of it is compared.
    else if (asked.unknown === null) {
      assert.deepEqual(told(asked), told(wire), where);
      assert.deepEqual(asked.decision?.substitute?.changed, wire.substitute?.changed, where);
      assert.deepEqual(asked.decision?.rejudged?.policies, wire.rejudged?.policies, where);
    } else
      assert.deepEqual(
        told({ ...asked, verdict: asked.judgement?.verdict ?? 'BLOCK' }),
        told(wire.judgement === undefined ? wire : { verdict: wire.judgement.verdict, judgement: wire.judgement }),
        where,
      );
  }
  // All but what no fixture comes to under the starter bundle.
  for (const verdict of ['ALLOW', 'CONSTRAIN', 'WAIT', 'BLOCK'])
    assert.ok((seen.get(verdict) ?? 0) > 0, `${verdict}: ${JSON.stringify([...seen])}`);
});

test('a typed question with the facts that classify made has the answer that the action had on the wire', async () => {
  let actions = 0;
  for (const file of hits) {
    const wire = await wireAnswer(rawOf(file));
    if (wire instanceof InterlockError) continue;
    for (const one of wire.judgement.actions) {
      const { name, resource, parents, facts } = one.action;
      const asked = await question({
        action: { name, properties: facts },
        resource: { ...resource, properties: { parents } },
      });
      const expected = { verdict: one.verdict, policies: one.policies, constraints: names(one.constraints) };
      assert.deepEqual(
        { ...told(asked), code: asked.code },
        { ...expected, code: null },
        `${file.folder}/${file.name} ${name}: ${asked.reason}`,
      );
      actions += 1;
    }
  }
  assert.ok(actions >= hits.length * 0.9, String(actions));
});

test('an MCP call is answered as the request that makes it', async () => {
  let calls = 0;
  for (const file of hits.filter(({ folder }) => folder === 'mcp')) {
    const raw = rawOf(file);
    const wire = await wireAnswer(raw);
    if (wire instanceof InterlockError) continue;
    const call = plainCall(raw);
    // What can be read in two ways can't be said as a call, and is a BLOCK on the wire.
    if (call === null || wire.judgement.actions[0]?.action.facts['inspected'] !== true) continue;
    assert.deepEqual(told(await question({ context: { mcp: call } })), told(wire), file.name);
    calls += 1;
  }
  assert.ok(calls >= 5, String(calls));
});

function plainCall(raw: Buffer): object | null {
  const rpc = readRpc(raw.subarray(raw.indexOf('\r\n\r\n') + 4));
  const [message] = rpc?.messages ?? [];
  if (rpc === null || rpc.batch || message?.method !== 'tools/call' || message.kind !== 'request') return null;
  if (Object.keys(message.params).some((key) => key !== 'name' && key !== 'arguments')) return null;
  const { view } = fixtureRequest(raw);
  if (view.claimedMethods.length > 0) return null;
  const { name, arguments: args } = message.params;
  return {
    server: `https://${view.authority.host}${view.target}`,
    tool: name,
    ...(isJsonObject(args) ? { arguments: args } : {}),
  };
}
