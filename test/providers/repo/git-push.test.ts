// The git provider: measuring, binding, and refusing so that real git says why.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import type { InspectedBody } from '../../../src/http/inspected-body.ts';
import type { Refusal } from '../../../src/providers/refusal.ts';
import { gitPush, pushMeasure } from '../../../src/providers/repo/git-push.ts';
import { FLUSH_PACKET, writePacket } from '../../../src/classify/pkt-line.ts';
import { readPushAnswer } from '../../../src/classify/git-report.ts';
import { startGitServer } from '../../support/git-server.ts';
import { startOrigin } from '../../support/origin.ts';
import { CAPABILITIES, EMPTY_PACK, OID_A, OID_B, ZERO, pushBytes } from '../../support/push-bytes.ts';
import { requestView } from '../../support/request-view.ts';
import { runCommand } from '../../support/run-command.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const MAIN = `${OID_A} ${OID_B} refs/heads/main`;
const view = requestView('POST', '/acme/site.git/git-receive-pack');
const body = (bytes: Buffer): InspectedBody => ({ bytes, problem: null });
const refusal: Refusal = {
  kind: 'blocked',
  reason: 'main is closed on Fridays',
  policies: ['no-friday'],
  entry: '12',
  ticket: null,
  status: 403,
};
const classify = (bytes: Buffer, request = view) => gitPush.recognise(request)?.classify(body(bytes), NOTHING_KNOWN) ?? [];

describe('measuring a push', () => {
  it('takes the commands and the commits in front of the pack, and leaves the pack alone', () => {
    const bytes = pushBytes([MAIN], CAPABILITIES, EMPTY_PACK, Buffer.alloc(100_000));
    assert.equal(pushMeasure(null)(bytes), pushBytes([MAIN]).length + 12);
  });
  it('needs no pack for deletes, and none that never comes', () => {
    const deletes = pushBytes([`${OID_A} ${ZERO} refs/heads/x`]);
    assert.equal(pushMeasure(null)(deletes), deletes.length);
    const measure = pushMeasure(null);
    assert.equal(measure(pushBytes([MAIN])), 'more');
    assert.equal(measure(pushBytes([MAIN])), pushBytes([MAIN]).length, 'asked again with nothing new: that was all');
  });
  it('takes all of a small push, and what is there when the rest does not come', () => {
    const bytes = pushBytes([MAIN], CAPABILITIES, EMPTY_PACK, Buffer.alloc(1000));
    const measure = pushMeasure(bytes.length);
    assert.equal(measure(bytes.subarray(0, -1)), 'more');
    assert.equal(measure(bytes), bytes.length);
    const short = pushMeasure(bytes.length);
    assert.equal(short(bytes.subarray(0, -1)), 'more');
    assert.equal(short(bytes.subarray(0, -1)), pushBytes([MAIN]).length + 12);
  });
  it('holds only what says that it is small', () => {
    const bytes = pushBytes([MAIN], CAPABILITIES, EMPTY_PACK, Buffer.alloc(100_000));
    const size = (headers: string[]): unknown => {
      const need = gitPush.recognise(requestView('POST', '/acme/site.git/git-receive-pack', { headers }))?.need;
      return need?.kind === 'prefix' ? need.measure(bytes) : null;
    };
    const start = pushBytes([MAIN]).length + 12;
    assert.equal(size(['Content-Length', String(bytes.length)]), bytes.length);
    for (const headers of [[], ['Content-Length', '1048577'], ['Content-Length', '9', 'Content-Encoding', 'gzip']])
      assert.equal(size(headers), start, headers.join());
  });
  it('gives up waiting for a sender that drips', () => {
    const bytes = Buffer.concat([
      pushBytes([MAIN]),
      Buffer.from('PACK\0\0\0\u0002\0\0\0\u0001', 'latin1'),
      Buffer.from([0x9f, 0x7f]),
      Buffer.alloc(200),
    ]);
    const measure = pushMeasure(null);
    const start = pushBytes([MAIN]).length;
    let asked = 0;
    for (let length = start; length <= bytes.length; length += 1) {
      asked += 1;
      if (measure(bytes.subarray(0, length)) !== 'more') break;
    }
    assert.ok(asked <= 64);
  });
});

describe('the actions of a push', () => {
  it('are uninspected when the body could not be read', () => {
    const [action, ...others] =
      gitPush.recognise(view)?.classify({ bytes: Buffer.alloc(0), problem: 'too large' }, NOTHING_KNOWN) ?? [];
    assert.equal(others.length, 0);
    assert.equal(action?.name, 'repo.push');
    assert.equal(action.facts['inspected'], false);
  });
  it('are a read for the probe, but only when nothing can follow its four bytes', () => {
    const probe = (headers: string[]) =>
      classify(FLUSH_PACKET, requestView('POST', '/acme/site.git/git-receive-pack', { headers })).map(({ name, facts }) => [
        name,
        facts['inspected'],
      ]);
    assert.deepEqual(probe(['Content-Length', '4']), [['http.read', true]]);
    assert.deepEqual(probe(['Transfer-Encoding', 'chunked']), [['repo.push', false]]);
    assert.deepEqual(probe(['Content-Length', '900']), [['repo.push', false]]);
  });
  it('leave plain reads to everybody', () => {
    assert.equal(gitPush.recognise(requestView('GET', '/acme/site.git/info/refs', { hasBody: false })), null);
    assert.equal(gitPush.recognise(requestView('GET', '/acme/site.git/git-receive-pack', { hasBody: false })), null);
    assert.notEqual(gitPush.recognise(requestView('GET', '/acme/site.git/git-receive-pack')), null, 'a GET with a body is none');
    assert.notEqual(gitPush.recognise(requestView('PUT', '/acme/site.git/git-receive-pack')), null);
  });
});

describe('the binding of a push', () => {
  const bind = (bytes: Buffer): string => gitPush.bindingBody?.(view, body(bytes)).toString() ?? '';
  it('holds commands and options, not the pack and not the session', () => {
    const one = bind(pushBytes([MAIN], `${CAPABILITIES} session-id=1`, EMPTY_PACK));
    assert.equal(one, bind(pushBytes([MAIN], `${CAPABILITIES} session-id=2`, Buffer.from('PACK of another kind'))));
  });
  it('differs with any ref, object id or option', () => {
    const optioned = (option: string): string => bind(pushBytes([MAIN], ' push-options', writePacket(option), FLUSH_PACKET));
    const all = [
      bind(pushBytes([MAIN])),
      bind(pushBytes([MAIN, MAIN])),
      bind(pushBytes([MAIN.replaceAll('b', 'c')])),
      bind(pushBytes([`${MAIN}2`])),
      optioned('ci.skip'),
      optioned('ci.skop'),
    ];
    assert.equal(new Set(all).size, all.length);
  });
});

describe('an approval', () => {
  it('is never for a push that can not be read', async () => {
    for (const bytes of [FLUSH_PACKET, Buffer.alloc(0), Buffer.from('hello')])
      await throwsWithCode('CONSTRAINT_FAILED', () => gitPush.bindingBody?.(view, body(bytes)));
    await throwsWithCode('CONSTRAINT_FAILED', () => gitPush.bindingBody?.(view, { bytes: Buffer.alloc(0), problem: 'large' }));
  });
});

describe('refusing', () => {
  it('makes real git print the reason for every ref and exit 1', async () => {
    await using server = await startGitServer();
    await using gate = await startOrigin({
      leaf: null,
      answer: async (_request, response, received) => {
        if (received.method === 'GET') {
          const advertised = await fetch(`http://${server.origin.address}${received.target}`);
          response.setHeader('content-type', advertised.headers.get('content-type') ?? '');
          return response.end(Buffer.from(await advertised.arrayBuffer()));
        }
        const answer = gitPush.refuse(view, { ...refusal, ticket: 't1' }, body(await received.body()));
        response.statusCode = answer.status;
        response.setHeader('content-type', answer.headers[1] ?? '');
        return response.end(answer.body);
      },
    });
    const script =
      'git init -q -b main . && git -c user.name=A -c user.email=a@b commit -q --allow-empty -m x && git push "$1" main HEAD:refs/heads/topic';
    const folder = (await runCommand('mktemp', ['-d'])).stdout.trim();
    const push = await runCommand('sh', ['-c', script, 'sh', `http://${gate.address}/acme/site.git`], {
      cwd: folder,
      env: { HOME: folder },
    });
    await runCommand('rm', ['-rf', folder]);
    assert.equal(push.code, 1, push.stderr);
    assert.match(push.stderr, /remote: Interlock: main is closed on Fridays \(policy no-friday; ticket t1; entry 12\)/);
    assert.match(push.stderr, /remote: Push again once ticket t1 is approved/);
    assert.match(push.stderr, /! \[remote rejected\] main -> main \(main is closed on Fridays \(policy no-friday/);
    assert.match(push.stderr, /! \[remote rejected\] HEAD -> topic \(main is closed/);
  });
  it('of a push that could not be read uses the fatal channel', () => {
    const answer = gitPush.refuse(view, refusal, { bytes: Buffer.alloc(0), problem: 'too large' });
    assert.equal(answer.status, 200);
    assert.match(readPushAnswer(answer.body, ['side-band-64k'])?.fatal ?? '', /closed on Fridays/);
  });
  it('of a probe or a client without a report is a 403 with text', () => {
    for (const bytes of [FLUSH_PACKET, pushBytes([MAIN], '')]) {
      const answer = gitPush.refuse(view, refusal, body(bytes));
      assert.equal(answer.status, 403);
      assert.match(answer.body.toString(), /closed on Fridays/);
    }
  });
});
