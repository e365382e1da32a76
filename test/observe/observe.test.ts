// Who is watched and who is not, and what a provider may ask and learn while an answer passes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judge } from '../../src/decide/judge.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import type { RequestView } from '../../src/http/request-view.ts';
import { observe } from '../../src/observe/observe.ts';
import type { Observation, RewriteAids } from '../../src/providers/observation.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createRecall } from '../../src/recall/recall.ts';
import { decisionOf, handMade, judgementOf, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { slowReply } from '../support/slow-reply.ts';

const COPY: Observation = {
  kind: 'copy',
  limitBytes: 1_000,
  read: ({ body }) => [{ kind: 'draft', id: body.toString(), facts: { known: true } }],
};

function rig(
  options: { observes?: Provider['observe']; method?: string; request?: Partial<RequestView>; cause?: string | null } = {},
) {
  const { observes, method = 'POST', cause = null } = options;
  const made = handMade(method, '/drafts', '', { headers: ['Authorization', 'Bearer k'] });
  const exchange = { ...made, cause, request: { ...made.request, ...options.request } };
  const provider = fakeProvider('vendor', ['*'], observes === undefined ? {} : { observe: observes });
  const asked: string[] = [];
  const judge: Judge = {
    bundle: 'b',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge(principal, actions) {
      asked.push(`${principal.agent} ${actions.map((action) => action.name).join()}`);
      const verdict = actions[0]?.name === 'mcp.blocked' ? 'BLOCK' : 'WAIT';
      return judgementOf(verdict, proposalOf(exchange, { actions }));
    },
  };
  const recall = createRecall();
  const deps = { judge, recall, budget: createMemoryBudget(10_000), callGate: () => null };
  const watch = observe(exchange, PRINCIPAL, decisionOf('ALLOW', proposalOf(exchange, { provider })), deps);
  return { watch, asked, memory: recall.of(PRINCIPAL, exchange.request), exchange };
}

test('nothing is watched that no provider asks for, nor requests of our own, nor an upgraded connection', () => {
  assert.equal(rig().watch, null);
  assert.equal(rig({ observes: () => null }).watch, null);
  assert.equal(rig({ observes: () => COPY, cause: 'x0' }).watch, null);
  assert.equal(rig({ observes: () => COPY, request: { upgrade: 'websocket' } }).watch, null);
});

test('what a copy teaches is known to the same principal, and whoever asks at once waits for it', async () => {
  const { watch, memory } = rig({ observes: () => COPY });
  assert.ok(watch !== null);
  const client = slowReply();
  const reply = watch.before(client);
  reply.head(200, ['Content-Length', '2']);
  assert.equal(memory.settled(), null);
  reply.write(Buffer.from('d1'));
  const reading = memory.settled();
  assert.ok(reading !== null, 'from the last byte on');
  await reading;
  assert.deepEqual(memory.find('draft', 'd1'), { known: true });
  assert.equal(await watch.ended('sent'), null);
});

test('a HEAD has no body to read', async () => {
  const { watch, memory } = rig({ observes: () => COPY, method: 'HEAD' });
  const reply = watch?.before(slowReply());
  reply?.head(200, ['Content-Length', '0']);
  reply?.end([]);
  await memory.settled();
  assert.equal(memory.find('draft', ''), undefined);
});

test('what may be changed is known before the request leaves, whatever becomes of its answer', () => {
  const beforehand = [{ kind: 'draft', id: 'd1', facts: { known: false } }];
  const { memory } = rig({ observes: () => ({ ...COPY, kind: 'copy', limitBytes: 0, beforehand, read: () => [] }) });
  assert.deepEqual(memory.find('draft', 'd1'), { known: false });
});

test('a rewriter asks as the principal, and learns and finds in its scope', async () => {
  let aids: RewriteAids | null = null;
  const { watch, asked, memory, exchange } = rig({
    observes: () => ({ kind: 'rewrite', open: (_head, given) => ((aids = given), null) }),
  });
  watch?.before(slowReply()).head(200, []);
  assert.ok(aids !== null);
  const { mayDo, learn, find }: RewriteAids = aids;
  const action = (name: string) => ({ name, resource: { type: 'Host', id: 'h' }, parents: [], facts: {} });
  assert.deepEqual([await mayDo(action('mcp.blocked')), await mayDo(action('mcp.call'))], [false, true]);
  assert.deepEqual(asked, ['bot mcp.blocked', 'bot mcp.call']);
  memory.learn({ kind: 'tool', id: 'old', facts: { n: 1 } });
  learn({ kind: 'tool', id: 'new', facts: { n: 2 } });
  assert.deepEqual([find('tool', 'old'), find('tool', 'new')], [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(createRecall().of(PRINCIPAL, exchange.request).find('tool', 'new'), undefined);
});

test('an answer is watched under every method that is claimed: a server may believe any of them', () => {
  const { watch } = rig({
    method: 'GET',
    request: { claimedMethods: ['POST'] },
    observes: (request) => (request.method === 'POST' ? COPY : null),
  });
  assert.ok(watch !== null);
});

test('the upstream is asked for codings that can be undone, and for a rewriter for the whole', () => {
  const headers = ['Accept-Encoding', 'gzip, lz4', 'Range', 'bytes=0-5'];
  assert.deepEqual(rig({ observes: () => COPY }).watch?.fields(headers), ['Range', 'bytes=0-5', 'accept-encoding', 'gzip']);
  const rewriting = rig({ observes: () => ({ kind: 'rewrite', open: () => null }) });
  assert.deepEqual(rewriting.watch?.fields(headers), ['accept-encoding', 'gzip']);
});

test('a provider that throws sends nothing on: its answer may have been one to filter', () => {
  assert.throws(() =>
    rig({
      observes: () => {
        throw new Error('boom');
      },
    }),
  );
});
