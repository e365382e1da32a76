// Clones and fetches of real git are reads; whatever else is in the body makes a write of them.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { gunzipSync } from 'node:zlib';
import { FLUSH_PACKET, writePacket } from '../../../src/classify/pkt-line.ts';
import { gitPush } from '../../../src/providers/repo/git-push.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { refusingOrigin } from '../../support/refusing-origin.ts';
import { startGitServer } from '../../support/git-server.ts';
import { OID_A } from '../../support/push-bytes.ts';
import { requestView } from '../../support/request-view.ts';
import { runCommand } from '../../support/run-command.ts';

const view = requestView('POST', '/acme/site.git/git-upload-pack');
const nameOf = (bytes: Buffer, request = view): string | undefined =>
  gitPush.recognise(request)?.classify({ bytes, problem: null }, NOTHING_KNOWN)?.[0]?.name;

describe('a fetch', () => {
  it('of real git is a read, in every protocol and depth', async () => {
    await using server = await startGitServer();
    const folder = await mkdtemp(join(tmpdir(), 'interlock-fetch-'));
    const url = `http://${server.origin.address}/acme/site.git`;
    const git = (...words: string[]) => runCommand('git', ['-C', folder, ...words], { env: { HOME: folder } });
    await git('init', '-q', '-b', 'main', 'work');
    for (let count = 0; count < 3; count += 1)
      await git('-C', 'work', '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', `${count}`);
    await git('-C', 'work', 'push', '-q', url, 'main');
    await runCommand('git', ['-C', server.repository, 'config', 'uploadpack.allowFilter', 'true']);
    for (const [index, words] of [
      ['-c', 'protocol.version=0'],
      ['-c', 'protocol.version=1'],
      ['-c', 'protocol.version=2'],
    ].entries()) {
      for (const more of [[], ['--depth=1'], ['--filter=blob:none'], ['--shallow-since=2001-01-01']]) {
        const clone = await git(...words, 'clone', '-q', ...more, url, `clone-${index}-${more.join('')}`);
        assert.equal(clone.code, 0, clone.stderr);
      }
    }
    await git('-C', 'work', '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'more');
    await git('-C', 'work', 'push', '-q', url, 'main');
    await git('-C', 'clone-2-', 'fetch', '-q');
    const fetches = server.origin.received.filter((one) => one.target.endsWith('/git-upload-pack'));
    assert.ok(fetches.length >= 13);
    for (const fetched of fetches) {
      const bytes = await fetched.body();
      const plain = fetched.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes;
      assert.equal(nameOf(plain), 'http.read', plain.toString('latin1'));
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('with anything else in it is a write', () => {
    const want = writePacket(`want ${OID_A}\n`);
    assert.equal(nameOf(Buffer.concat([want, FLUSH_PACKET])), 'http.read');
    const cargo = [
      Buffer.alloc(0),
      Buffer.from('secret'),
      Buffer.concat([want, FLUSH_PACKET, Buffer.from('secret')]),
      Buffer.concat([writePacket('want secret'), FLUSH_PACKET]),
      Buffer.concat([writePacket(`want ${OID_A} ${'x'.repeat(9000)}`), FLUSH_PACKET]),
      writePacket('command=push'),
      Buffer.concat(Array.from({ length: 200 }, (_, index) => writePacket(`ref-prefix ${'x'.repeat(200)}${index}`))),
    ];
    for (const bytes of cargo) assert.equal(nameOf(bytes), 'http.write', bytes.toString('latin1').slice(0, 60));
    assert.equal(nameOf(want, requestView('POST', '/acme/site.git/git-upload-pack?x=1')), 'http.write');
    assert.equal(nameOf(want, requestView('PUT', '/acme/site.git/git-upload-pack')), 'http.write');
    assert.equal(
      gitPush.recognise(view)?.classify({ bytes: Buffer.alloc(0), problem: 'large' }, NOTHING_KNOWN)?.[0]?.name,
      'http.write',
    );
  });

  it('is refused in words that git prints', () => {
    const answer = gitPush.refuse(
      view,
      { kind: 'blocked', reason: 'no', policies: ['p'], entry: '1', ticket: null, status: 403 },
      { bytes: FLUSH_PACKET, problem: null },
    );
    assert.equal(answer.status, 200);
    assert.equal(answer.body.toString(), writePacket('ERR Interlock: no (policy p; entry 1)').toString());
  });
});

describe('the first question of a fetch or a push', () => {
  const ask = (target: string, method = 'GET', hasBody = false) => requestView(method, target, { hasBody });
  const discovery = (service: string) => ask(`/acme/site.git/info/refs?service=${service}`);

  it('is a read, by itself and nothing else', () => {
    const named = (request: ReturnType<typeof ask>): string | undefined =>
      gitPush.recognise(request)?.classify(NO_BODY, NOTHING_KNOWN)?.[0]?.name;
    for (const service of ['git-receive-pack', 'git-upload-pack']) assert.equal(named(discovery(service)), 'http.read');
    for (const target of [
      '/acme/site.git/info/refs',
      '/acme/site.git/info/refs?service=git-other',
      '/acme/site.git/info/refs?service=git-upload-pack&x=1',
      '/acme/site.git/refs?service=git-upload-pack',
    ])
      assert.equal(gitPush.recognise(ask(target)), null, target);
    assert.equal(gitPush.recognise(ask('/acme/site.git/info/refs?service=git-upload-pack', 'POST', true)), null);
    assert.equal(gitPush.recognise(ask('/acme/site.git/info/refs?service=git-upload-pack', 'GET', true)), null);
  });

  it('is bound as it is: an approval can be asked for it', () => {
    assert.equal(gitPush.bindingBody?.(discovery('git-receive-pack'), NO_BODY).length, 0);
  });

  it('is refused in words that git prints, a dry run too', async () => {
    await using origin = await refusingOrigin(gitPush);
    const folder = await mkdtemp(join(tmpdir(), 'interlock-discovery-'));
    const git = (...words: string[]) => runCommand('git', ['-C', folder, ...words], { env: { HOME: folder } });
    await git('init', '-q', '-b', 'main');
    await git('-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x');
    for (const words of [['ls-remote'], ['push', '--dry-run']]) {
      const before = origin.calls();
      const { code, stderr } = await git(...words, `${origin.url}/acme/site.git`, ...(words[0] === 'push' ? ['main'] : []));
      assert.equal(code, 128);
      assert.match(
        stderr,
        /fatal: remote error: Interlock: a refund of 600\.00 USD is too large \(policy refund-large; entry 12\)/,
      );
      assert.equal(origin.calls(), before + 1);
    }
    await rm(folder, { recursive: true, force: true });
  });
});
