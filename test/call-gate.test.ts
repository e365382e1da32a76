// A model's call through the pipeline: passed, changed or replaced, and never passed without its verdict on record.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelToolCall } from '../src/classify/tool-call.ts';
import type { Judge } from '../src/decide/judge.ts';
import type { Judgement, Verdict } from '../src/decide/judgement.ts';
import { InterlockError } from '../src/errors.ts';
import type { Exchange } from '../src/http/exchange.ts';
import type { SeenCall } from '../src/providers/call-reader.ts';
import type { CallsObservation } from '../src/providers/observation.ts';
import { callWire } from './support/call-wire.ts';
import { handMade, judgementOf, NO_GRANTS, PRINCIPAL, proposalOf } from './support/exchange.ts';
import { memoryLedger } from './support/memory-ledger.ts';

const unused = (): never => assert.fail('not asked for here');
const SEEN: SeenCall = {
  key: '0',
  tool: 'send_email',
  arguments: Buffer.from('{"to":"a@b.example"}'),
  form: 'json',
  sure: true,
  isTooLong: false,
};
const OF: CallsObservation = { kind: 'calls', api: 'openai-chat', model: 'gpt-x', open: () => null };

interface Choices {
  readonly verdict?: Verdict;
  /** Of the call as it comes; what a constraint makes of it is allowed. */
  readonly parts?: Partial<Judgement>;
  readonly identify?: Exchange['identify'];
  readonly judgesCalls?: boolean;
  readonly isBroken?: boolean;
}

function rig({ verdict = 'ALLOW', parts, identify, judgesCalls = true, isBroken = false }: Choices = {}) {
  const ledger = memoryLedger();
  const read: ModelToolCall[] = [];
  const bindings: string[] = [];
  const judge: Judge = {
    bundle: 'digest',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge(_principal, actions) {
      const isFirst = verdict !== 'CONSTRAIN' || read.length <= 1;
      return judgementOf(isFirst ? verdict : 'ALLOW', proposalOf(handMade('GET', '/'), { actions }), isFirst ? parts : {});
    },
  };
  const gate = callWire({
    judge,
    ledger,
    tickets: {
      spendGrant: () => Promise.resolve(null),
      open(request) {
        bindings.push(request.binding);
        return Promise.reject(new InterlockError('TICKET_LIMIT', 'no more'));
      },
      wait: unused,
      covers: unused,
      get: unused,
      list: unused,
      approve: unused,
      deny: unused,
      watch: () => () => undefined,
      settle: () => Promise.resolve(),
      ...NO_GRANTS,
    },
    tools: {
      judgesCalls,
      actionsOf(call) {
        if (isBroken) throw new Error('broken');
        read.push(call);
        const facts = { host: 'h', method: 'CALL', path: '/tools/send_email', inspected: true };
        return [{ name: 'llm.tool-call', resource: { type: 'Tool', id: 't' }, parents: [], facts }];
      },
    },
    ...(identify === undefined ? {} : { identify }),
  });
  return { gate, ledger, read, bindings };
}

test('a bundle that says nothing of calls has them pass unread', () => {
  assert.equal(rig({ judgesCalls: false }).gate, null);
});

test('what is allowed passes, with its verdict and its outcome on record', async () => {
  const { gate, ledger } = rig();
  assert.deepEqual(await gate?.judge(SEEN, OF), { kind: 'pass' });
  const [verdict] = ledger.bodies('verdict');
  const [outcome] = ledger.bodies('outcome');
  assert.ok(verdict !== undefined && outcome !== undefined);
  assert.deepEqual(
    [verdict.cause, verdict.verdict, outcome.result, outcome.requestBytes],
    ['asking', 'ALLOW', 'sent', SEEN.arguments.length],
  );
});

test('what is blocked is text that names policy and entry', async () => {
  const { gate } = rig({ verdict: 'BLOCK', parts: { reason: 'no mail', policies: ['no-mail'] } });
  const fate = await gate?.judge(SEEN, OF);
  assert.ok(fate?.kind === 'replace');
  assert.match(fate.text, /^The call of "send_email" was not made\. Interlock: no mail \(policy no-mail; entry \S+\)$/);
});

test('a constraint gives the arguments that it asks for', async () => {
  const constraints = [{ name: 'to-us', type: 'set', field: '/to', value: 'us@example.com' }] as const;
  const { gate } = rig({ verdict: 'CONSTRAIN', parts: { constraints: [...constraints] } });
  const fate = await gate?.judge(SEEN, OF);
  assert.ok(fate?.kind === 'edit', JSON.stringify(fate));
  assert.deepEqual(JSON.parse(fate.arguments.toString()), { to: 'us@example.com' });
});

test('what can not be judged, identified or recorded is never passed', async () => {
  const refused = async (choices: Choices) => (await rig(choices).gate?.judge(SEEN, OF))?.kind;
  assert.equal(await refused({ isBroken: true }), 'replace');
  const identify = (): never => {
    throw new InterlockError('IDENTITY_REJECTED', 'revoked');
  };
  assert.equal(await refused({ identify }), 'replace');
  const { gate, ledger } = rig();
  ledger.failing = true;
  assert.equal((await gate?.judge(SEEN, OF))?.kind, 'replace');
});

test('a call of which not all was kept is refused though policy would allow it', async () => {
  const { gate, ledger } = rig();
  const fate = await gate?.judge({ ...SEEN, isTooLong: true, arguments: Buffer.alloc(0) }, OF);
  assert.ok(fate?.kind === 'replace');
  assert.match(JSON.stringify(ledger.bodies('verdict')), /longer than 1000 bytes/);
});

test('the same call of the same session has one binding, another session another', async () => {
  const first = rig({ verdict: 'WAIT' });
  await first.gate?.judge(SEEN, OF);
  await first.gate?.judge({ ...SEEN, key: '9' }, { ...OF, api: 'openai-responses' });
  const other = rig({ verdict: 'WAIT', identify: () => ({ ...PRINCIPAL, session: 's2' }) });
  await other.gate?.judge(SEEN, OF);
  assert.equal(first.bindings.length, 2);
  assert.equal(first.bindings[0], first.bindings[1]);
  assert.notEqual(first.bindings[0], other.bindings[0]);
});
