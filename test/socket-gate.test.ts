// A message that acts is an exchange of its own: identity proved again, judged, on record with its cause before it goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../src/classify/action.ts';
import { NOTHING_KNOWN } from '../src/classify/known.ts';
import type { ReadersOf } from '../src/classify/socket-readers.ts';
import type { TicketBook } from '../src/approve/tickets.ts';
import type { Judge } from '../src/decide/judge.ts';
import type { Judgement, Verdict } from '../src/decide/judgement.ts';
import { createRefuser } from '../src/enforce/refuser.ts';
import { InterlockError } from '../src/errors.ts';
import type { Exchange } from '../src/http/exchange.ts';
import type { MessageLeg } from '../src/http/message-gate.ts';
import { createMemoryBudget } from '../src/http/memory-budget.ts';
import { createRecall } from '../src/recall/recall.ts';
import { handleExchange } from '../src/pipeline.ts';
import { refusalSentence } from '../src/providers/refusal.ts';
import { socketGate } from '../src/socket-gate.ts';
import { createStages } from '../src/stages.ts';
import { NO_GRANTS, handMade, judgementOf, NO_BUDGETS, NO_WISHES, proposalOf } from './support/exchange.ts';
import { fakeProvider } from './support/fake-provider.ts';
import { type MemoryLedger, memoryLedger } from './support/memory-ledger.ts';
import { noPlans } from './support/no-plans.ts';
import { memoryShelf } from './support/memory-shelf.ts';

const unused = (): never => assert.fail('not asked for here');

/** `do …` acts, `throw` breaks the reader; all else is nothing to judge. */
const readersOf: ReadersOf = () => [
  { provider: fakeProvider('quiet', ['*']), reader: { classify: () => [], refuse: unused } },
  {
    provider: fakeProvider('fake', ['*']),
    reader: {
      wants: ({ bytes }) => bytes[0] !== 0x78,
      classify({ bytes }) {
        if (bytes.toString() === 'throw') throw new Error('broken');
        return bytes.toString().startsWith('do') ? [ACTION] : [];
      },
      refuse: ({ bytes }, refusal) => (bytes.toString() === 'do mute' ? null : Buffer.from(refusalSentence(refusal))),
    },
  },
];
const ACTION: Action = {
  name: 'mcp.call',
  resource: { type: 'Host', id: 'h' },
  parents: [],
  facts: { host: 'h', method: 'GET', path: '/', inspected: true },
};

interface Told {
  readonly sent: number;
  readonly refused: string | null | undefined;
  readonly words: string;
}

interface Rig {
  readonly ledger: MemoryLedger;
  readonly bindings: string[];
  readonly upgrade: Exchange;
  wants(start: string): boolean;
  /** Null: it passed without being judged. */
  say(text: string, options?: { readonly text?: boolean }): Promise<Told | null>;
}

interface Choices {
  readonly verdict?: Verdict;
  readonly parts?: Partial<Judgement>;
  readonly identify?: Exchange['identify'];
  readonly readers?: ReadersOf;
}

function rig({ verdict = 'ALLOW', parts, identify, readers = readersOf }: Choices = {}): Rig {
  const ledger = memoryLedger();
  const bindings: string[] = [];
  const judge: Judge = {
    bundle: 'digest',
    mayPassUnopened: () => false,
    mayApprove: () => false,
    userBy: () => null,
    judge: (_principal, actions) => judgementOf(verdict, proposalOf(handMade('GET', '/'), { actions }), parts),
  };
  const tickets: TicketBook = {
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
  };
  const stages = createStages({
    judge,
    lens: noPlans(judge),
    recall: createRecall(),
    budget: createMemoryBudget(1000),
    ledger,
    tickets,
    upstream: { send: unused, stats: unused, close: unused },
    inspectBytes: 100,
    keepBody: () => Promise.resolve(),
    shelf: memoryShelf(),
    budgets: NO_BUDGETS,
    callGate: () => null,
    beside: { consider: () => undefined },
    enforcement: 'enforce',
    ...NO_WISHES,
    messageGate: unused,
    refuser: createRefuser({ ledger, tally: () => undefined, onRefused: () => undefined }),
    observer: { decided: () => undefined, leaving: unused, finished: () => undefined },
  });
  const made = handMade('GET', '/room', '', { headers: ['Authorization', 'Bearer t'] });
  const upgrade: Exchange = {
    ...made,
    request: { ...made.request, upgrade: 'websocket' },
    identify: identify ?? made.identify,
  };
  let ids = 0;
  const gate = socketGate(upgrade, NOTHING_KNOWN, {
    stages,
    readersOf: readers,
    nextId: () => `m${++ids}`,
    inspectBytes: 100,
    budget: createMemoryBudget(1000),
    handle: handleExchange,
  });
  assert.ok(gate !== null);
  return {
    ledger,
    bindings,
    upgrade,
    wants: (start) => gate.wants({ text: true, bytes: Buffer.from(start) }),
    async say(text, { text: isText = true } = {}) {
      const told: { sent: number; refused: string | null | undefined; words: string } = {
        sent: 0,
        refused: undefined,
        words: '',
      };
      const leg: MessageLeg = {
        send() {
          // INVARIANT: the verdict is on record before the message goes.
          assert.ok(
            ledger.bodies('verdict').some((body) => body.verdict === 'ALLOW'),
            'sent before it was recorded',
          );
          told.sent += 1;
          return true;
        },
        refuse(answer, words) {
          told.refused = answer === null ? null : answer.toString();
          told.words = words;
        },
        onClose: () => undefined,
      };
      const judged = gate.judge({ text: isText, bytes: Buffer.from(text) }, leg);
      if (judged === null) return null;
      await judged;
      return told;
    },
  };
}

test('a message that acts is on record with its cause before it goes, and so is what came of it', async () => {
  const { ledger, upgrade, say } = rig();
  assert.deepEqual(await say('do it'), { sent: 1, refused: undefined, words: '' });
  const [verdict] = ledger.bodies('verdict');
  assert.deepEqual([verdict?.exchange, verdict?.cause, verdict?.actions[0]?.action], ['m1', upgrade.id, 'mcp.call']);
  assert.equal(verdict?.bodyDigest, ledger.keyedDigest(Buffer.from('do it')));
  const [outcome] = ledger.bodies('outcome');
  assert.deepEqual([outcome?.exchange, outcome?.result, outcome?.requestBytes], ['m1', 'sent', 5]);
});

test('a message that does nothing goes on without an entry, and what nobody wants is not even read', async () => {
  const { ledger, say, wants } = rig();
  assert.equal(await say('chat'), null);
  assert.equal(ledger.size, 0);
  // One reader without `wants` wants all.
  assert.equal(wants('x'), true);
  assert.equal(rig({ readers: (request) => readersOf(request).slice(1) }).wants('x'), false);
});

test("a blocked message never goes, and the client hears the reader's words", async () => {
  const { say, ledger } = rig({ verdict: 'BLOCK' });
  const told = await say('do it');
  assert.equal(told?.sent, 0);
  assert.match(told?.refused ?? '', /because \(policy p1; entry 0\)/);
  assert.equal(ledger.bodies('outcome')[0]?.result, 'refused');
});

test('without words the connection ends, and the close names the entry', async () => {
  const told = await rig({ verdict: 'BLOCK' }).say('do mute');
  assert.deepEqual(told, { sent: 0, refused: null, words: 'refused by the proxy (entry 0)' });
});

test('who asks is proved again for every message', async () => {
  const rejected = rig({
    identify: () => {
      throw new InterlockError('IDENTITY_REJECTED', 'revoked');
    },
  });
  const told = await rejected.say('do it');
  assert.deepEqual([told?.sent, told?.refused], [0, null]);
});

test('a constraint on a message is a refusal: there is nothing that could change it', async () => {
  const constraint = { type: 'set', name: 'c', field: '/a', value: 1 } as const;
  const told = await rig({ verdict: 'CONSTRAIN', parts: { constraints: [constraint] } }).say('do it');
  assert.equal(told?.sent, 0);
  assert.match(told?.refused ?? '', /no way to change/);
});

test('a reader that throws is a block, never a message that passes', async () => {
  const { say, ledger } = rig();
  const told = await say('throw');
  assert.deepEqual([told?.sent, told?.refused], [0, null]);
  assert.equal(ledger.bodies('verdict')[0]?.code, 'CLASSIFY_FAILED');
});

test('an approval is for one message, of one kind, on a connection asked for in the same way', async () => {
  const wait = rig({ verdict: 'WAIT' });
  await wait.say('do a');
  await wait.say('do a');
  await wait.say('do b');
  await wait.say('do a', { text: false });
  const [first, same, other, binary] = wait.bindings;
  assert.equal(first, same);
  assert.equal(new Set([first, other, binary]).size, 3);
});

test('a message can not go when its verdict can not be written', async () => {
  const full = rig();
  full.ledger.failing = true;
  const told = await full.say('do it');
  assert.deepEqual([told?.sent, told?.refused], [0, null]);
});

test('readers that can not be told end the upgrade, not its inspection', () => {
  assert.throws(
    () =>
      rig({
        readers: () => {
          throw new Error('broken');
        },
      }),
    { code: 'CLASSIFY_FAILED' },
  );
});
