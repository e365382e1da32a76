// Judging: fail closed on every path, take what agents send as text, fill facts in.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Facts } from '../../src/classify/action.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { judgeOf, members, policy, principal, refund, request } from './bundle-fixture.ts';

const READ = policy('read', 'permit(principal, action == Action::"http.read", resource);');

describe('what entities ask of Interlock itself', () => {
  it('counts only where the very entity says true', () => {
    const judge = judgeOf({
      policies: READ,
      entities: JSON.stringify([
        { uid: { type: 'Account', id: 'a' }, attrs: { lookup: true }, parents: [] },
        { uid: { type: 'Account', id: 'b' }, attrs: { lookup: false }, parents: [] },
        { uid: { type: 'Account', id: 'c' }, attrs: {}, parents: [] },
      ]),
    });
    const asks = (type: string, id: string) => judge.asksFor({ type, id }, 'lookup');
    assert.deepEqual(
      [asks('Account', 'a'), asks('Account', 'b'), asks('Account', 'c'), asks('Account', 'x'), asks('Host', 'a')],
      [true, false, false, false, false],
    );
    assert.equal(judge.asksFor({ type: 'Account', id: 'a' }, 'partialBatches'), false);
  });
});

describe('judging', () => {
  it('blocks when a forbid errs, though a permit matches (threat D16)', () => {
    const judge = judgeOf({
      policies:
        READ +
        policy(
          'guard',
          'forbid(principal, action == Action::"http.read", resource) when { context has size && context.size * 9223372036854775807 == 0 };',
        ),
    });
    assert.equal(judge.judge(principal(), [request('http.read')]).verdict, 'ALLOW');
    const judged = judge.judge(principal(), [request('http.read', 'h', { size: 4 })]);
    assert.equal(judged.verdict, 'BLOCK');
    assert.match(judged.actions[0]?.errors.join() ?? '', /guard/);
    assert.match(judged.reason, /could not be judged/);
  });

  it('blocks what the schema does not know, and says so', () => {
    const judge = judgeOf({ policies: READ });
    assert.match(judge.judge(principal(), [request('mcp.call')]).reason, /no action `mcp\.call`/);
    assert.match(
      judge.judge(principal(), [{ ...request('http.read'), resource: { type: 'Mailbox', id: 'x' } }]).reason,
      /does not apply/,
    );
    assert.match(
      judge.judge(principal(), [{ ...request('ticket.approve'), resource: { type: 'Ticket', id: 'x' } }]).reason,
      /No policy permits|not an action of agents/,
    );
    assert.equal(judge.judge(principal(), []).verdict, 'BLOCK');
  });
});

describe('judging what is broken', () => {
  it('never throws, whatever it is handed', () => {
    const judge = judgeOf({ policies: READ });
    const broken: Facts = JSON.parse('{"host": null, "path": {"a": 1}}');
    assert.equal(judge.judge(principal(), [{ ...request('http.read'), facts: broken }]).verdict, 'ALLOW');
    const trap = new Proxy(request('http.read'), {
      get: () => {
        throw new Error('a trap');
      },
    });
    assert.equal(judge.judge(principal(), [trap]).verdict, 'BLOCK');
  });

  it('judges lone surrogates without losing the engine', () => {
    const slots = createEngineSlots();
    const judge = judgeOf(
      {
        policies: policy(
          'p',
          'permit(principal == Agent::"bot", action == Action::"http.read", resource == Host::"h") when { context.path == "/" && context.host == "h" };',
        ),
      },
      members(),
      slots,
    );
    for (const odd of ['\ud800', 'a\udc00b', '\udfff\ud800']) {
      assert.equal(judge.judge(principal(odd), [request('http.read', 'h')]).verdict, 'BLOCK');
      assert.equal(judge.judge(principal(), [request('http.read', odd)]).verdict, 'BLOCK');
      assert.equal(
        judge.judge(principal('bot', { user: odd, session: odd, teams: [odd] }), [
          request('http.read', 'h', { path: odd, tags: [odd] }),
        ]).verdict,
        'BLOCK',
      );
    }
    assert.equal(judge.judge(principal(), [request('http.read', 'h')]).verdict, 'ALLOW');
    assert.equal(slots.replacements, 0);
  });
});

describe('judging what agents send', () => {
  it('takes ids as they are: quotes and colons make no other entity (threat D17)', () => {
    const judge = judgeOf({
      policies: policy('p', 'permit(principal in Team::"red", action == Action::"http.read", resource == Host::"good.example");'),
    });
    const red = principal('bot', { teams: ['red'] });
    assert.equal(judge.judge(red, [request('http.read', 'good.example')]).verdict, 'ALLOW');
    for (const id of [
      'good.example"',
      'x" || Host::"good.example',
      'Host::"good.example"',
      'good.example::',
      'GOOD.example',
      'good.example.',
      '{"__entity":{"type":"Host","id":"good.example"}}',
    ]) {
      assert.equal(judge.judge(red, [request('http.read', id)]).verdict, 'BLOCK', id);
    }
    for (const team of ['Team::"red"', '"red"', 'red"', 'Red'])
      assert.equal(
        judge.judge(principal('bot', { teams: [team] }), [request('http.read', 'good.example')]).verdict,
        'BLOCK',
        team,
      );
  });

  it('takes JSON in a fact for text', () => {
    const judge = judgeOf({
      policies: policy(
        'p',
        'permit(principal, action == Action::"http.read", resource) when { context.path like "{*__entity*" && context has tags && context.tags.contains("{\\"__extn\\":1}") };',
      ),
    });
    const facts = { path: '{"__entity":{"type":"Team","id":"red"}}', tags: ['{"__extn":1}'] };
    assert.equal(judge.judge(principal(), [request('http.read', 'h', facts)]).verdict, 'ALLOW');
  });
});

describe('judging with facts filled in', () => {
  it('records the action as it was judged', () => {
    const judge = judgeOf({ policies: READ });
    const [judged] = judge.judge(principal('bot', { user: 'u', session: 's' }), [request('http.read')]).actions;
    assert.deepEqual([judged?.action.facts['user'], judged?.action.facts['session']], ['u', 's']);
  });

  it("assumes an account's currency before judging, and says so in the facts", () => {
    const small = policy(
      'small',
      'permit(principal, action == Action::"payment.refund", resource) when { context has amountMinor && context has minorPerMajor && context.amountMinor <= 500 * context.minorPerMajor };',
    );
    const judge = judgeOf({
      policies: small,
      entities: '[{"uid":{"type":"Account","id":"main"},"attrs":{"currency":"jpy"},"parents":[]}]',
    });
    const [judged] = judge.judge(principal(), [refund({ amountKnown: true, amountMinor: 500 })]).actions;
    assert.equal(judged?.verdict, 'ALLOW');
    assert.deepEqual([judged.action.facts['currency'], judged.action.facts['currencySource']], ['JPY', 'assumed']);
    assert.equal(judge.judge(principal(), [refund({ amountKnown: true, amountMinor: 501 })]).verdict, 'BLOCK');
    assert.equal(judge.judge(principal(), [refund({ amountKnown: true, amountMinor: 5 }, 'other')]).verdict, 'BLOCK');
  });

  it('fills facts into reasons each time, also when the answer is remembered', () => {
    const judge = judgeOf({
      policies: '@id("no") @reason("not {path}") forbid(principal, action == Action::"http.read", resource);',
    });
    assert.equal(judge.judge(principal(), [request('http.read', 'h', { path: '/a' })]).reason, 'not /a');
    assert.equal(judge.judge(principal(), [request('http.read', 'h', { path: '/b' })]).reason, 'not /b');
    assert.equal(judge.memo.hits, 1);
  });
});

describe('passing unopened', () => {
  const tunnel = request('tunnel.open', 'h', { protocol: 'tls', port: 443 });

  function may(policies: string): boolean {
    return judgeOf({ policies }).mayPassUnopened(principal(), tunnel);
  }

  it('takes a permit that itself reads the protocol: a blanket one does not switch inspection off', () => {
    assert.equal(
      may(policy('p', 'permit(principal, action == Action::"tunnel.open", resource) when { context.protocol == "tls" };')),
      true,
    );
    assert.equal(may(policy('p', 'permit(principal, action, resource);')), false);
    assert.equal(may(policy('p', 'permit(principal, action == Action::"tunnel.open", resource);')), false);
    assert.equal(
      may(policy('p', 'permit(principal, action == Action::"tunnel.open", resource) when { {"c": context}.c.port == 443 };')),
      false,
    );
  });

  it('takes that very permit to match, and no forbid or wait', () => {
    const blanket = policy('all', 'permit(principal, action, resource);');
    assert.equal(
      may(
        `${blanket}${policy('p', 'permit(principal, action == Action::"tunnel.open", resource) when { context.protocol == "raw" };')}`,
      ),
      false,
    );
    const named = policy('p', 'permit(principal, action == Action::"tunnel.open", resource) when { context.protocol == "tls" };');
    assert.equal(
      may(
        `${named}${policy('no', 'forbid(principal, action == Action::"tunnel.open", resource) when { context.protocol == "tls" };')}`,
      ),
      false,
    );
    assert.equal(
      may(
        `${named}${policy('w', 'permit(principal, action == Action::"tunnel.open", resource);', '@verdict("wait") @approvers("g")')}`,
      ),
      false,
    );
  });

  it('is a question about tunnels only', () => {
    assert.equal(
      judgeOf({ policies: policy('p', 'permit(principal, action, resource);') }).mayPassUnopened(
        principal(),
        request('http.read'),
      ),
      false,
    );
  });
});
