// What the pull-request constraint refuses to do, and says: pushes that it could not re-route truthfully.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { FLUSH_PACKET, writePacket } from '../../src/classify/pkt-line.ts';
import { planPullRequest } from '../../src/enforce/pull-request.ts';
import type { OriginatedAnswer, OriginatedRequest } from '../../src/enforce/originate.ts';
import type { PullRequestPlan } from '../../src/enforce/pull-request.ts';
import { InterlockError } from '../../src/errors.ts';
import { HeaderList } from '../../src/http/headers.ts';
import { startGitServer } from '../support/git-server.ts';
import { EMPTY_PACK, OID_A, OID_B, ZERO, pushBytes, signedPushBytes } from '../support/push-bytes.ts';
import { startPushRelay } from '../support/push-relay.ts';
import { requestView } from '../support/request-view.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const MAIN = `${OID_A} ${OID_B} refs/heads/main`;
const ADVERTISED = Buffer.concat([
  writePacket('# service=git-receive-pack\n'),
  FLUSH_PACKET,
  writePacket(`${OID_A} refs/heads/main\0report-status-v2\n`),
  FLUSH_PACKET,
]);
const good: Partial<OriginatedAnswer> = { status: 200, body: ADVERTISED };

interface Scene {
  readonly bytes?: Buffer;
  readonly refs?: readonly string[];
  readonly target?: string;
  readonly answer?: Partial<OriginatedAnswer> | Error;
  readonly asked?: OriginatedRequest[];
  readonly headers?: readonly string[];
}

function plan(scene: Scene): Promise<PullRequestPlan> {
  return planPullRequest({
    request: requestView('POST', scene.target ?? '/acme/site.git/git-receive-pack', {
      host: 'gitlab.com',
      headers: scene.headers ?? [],
    }),
    bytes: scene.bytes ?? pushBytes([MAIN]),
    refs: new Set(scene.refs ?? ['refs/heads/main']),
    prefix: 'agent/',
    hosts: new Map(),
    reason: 'Reviewed first.',
    principal: { agent: 'bot', teams: [], user: null, session: null, provedBy: 'token' },
    cause: 'x-1',
    originate: async (request) => {
      scene.asked?.push(request);
      const answer = scene.answer ?? good;
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: new HeaderList([]), body: Buffer.alloc(0), refused: null, ...answer };
    },
  });
}

const refused = async (scene: Scene): Promise<string> => (await throwsWithCode('CONSTRAINT_FAILED', () => plan(scene))).message;

describe('a push that can not become a pull request', () => {
  it('is refused before anything is asked of upstream', async () => {
    const asked: OriginatedRequest[] = [];
    const cases: [Scene, RegExp][] = [
      [{ bytes: signedPushBytes([MAIN]) }, /signed push/],
      [{ bytes: pushBytes([MAIN], ' report-status side-band-64k') }, /lacks report-status-v2/],
      [{ bytes: pushBytes([`${OID_A} ${ZERO} refs/heads/main`]) }, /deleting refs\/heads\/main/],
      [{ bytes: pushBytes([`${OID_A} ${OID_B} refs/tags/v1`]), refs: ['refs/tags/v1'] }, /no branch/],
      [{ bytes: pushBytes([`${OID_A} ${OID_B} HEAD`]), refs: ['HEAD'] }, /HEAD is no branch/],
      [{ bytes: pushBytes([`${OID_A} ${OID_B} refs/for/main`]), refs: ['refs/for/main'] }, /no branch/],
      [{ bytes: pushBytes([MAIN]), refs: ['refs/heads/other'] }, /no command of this push/],
      [{ bytes: Buffer.from('hello') }, /can not be read/],
      [{ target: '/acme/site.git/git-receive-pack?x=1' }, /address/],
      [
        {
          bytes: pushBytes(Array.from({ length: 11 }, (_, i) => `${OID_A} ${OID_B} refs/heads/b${i}`)),
          refs: Array.from({ length: 11 }, (_, i) => `refs/heads/b${i}`),
        },
        /at most 10/,
      ],
    ];
    for (const [scene, reason] of cases) assert.match(await refused({ ...scene, asked }), reason);
    assert.equal(asked.length, 0);
  });

  it('is refused when the branches can not be looked up', async () => {
    const cases: [Scene['answer'], RegExp][] = [
      [{ status: 401 }, /server answered 401/],
      [{ status: 200, body: Buffer.from('<html>') }, /smart protocol/],
      [{ ...good, refused: 'reads are closed' }, /reads are closed/],
      [new InterlockError('CONNECT_FAILED', 'no route'), /no route/],
      [{ status: 200, body: ADVERTISED.subarray(0, -4) }, /smart protocol/],
    ];
    for (const [answer, reason] of cases) if (answer !== undefined) assert.match(await refused({ answer }), reason);
  });

  it('is refused when its object format is not the repository’s', async () => {
    const bytes = pushBytes([`${'a'.repeat(64)} ${'b'.repeat(64)} refs/heads/main`], ' report-status-v2 object-format=sha256');
    assert.match(await refused({ bytes }), /object format/);
  });
});

describe('a plan', () => {
  it('asks with the push’s own credential, and changes nothing but command and length', async () => {
    const asked: OriginatedRequest[] = [];
    const bytes = pushBytes([MAIN], undefined, EMPTY_PACK);
    const headers = [
      'Authorization',
      'Basic abc',
      'Content-Type',
      'application/x-git-receive-pack-request',
      'Accept-Encoding',
      'gzip',
      'Content-Length',
      String(bytes.length),
    ];
    const made = await plan({ asked, headers, bytes });
    assert.deepEqual(
      asked.map((request) => [request.method, request.target]),
      [['GET', '/acme/site.git/info/refs?service=git-receive-pack']],
    );
    const sent = new HeaderList(asked[0]?.headers ?? []);
    assert.deepEqual(
      [sent.get('authorization'), sent.get('content-length'), sent.get('content-type')],
      ['Basic abc', undefined, undefined],
    );
    assert.equal(made.replacement.length, bytes.length + 10);
    assert.deepEqual(made.replacement.subarray(-EMPTY_PACK.length), EMPTY_PACK);
    assert.equal(made.request.headers.get('content-length'), String(made.replacement.length));
    assert.equal(made.request.headers.has('accept-encoding'), false);
    assert.deepEqual(made.changed, ['refs/heads/main to refs/heads/agent/bot/main']);
  });
});

describe('a client that knows only report-status v1', () => {
  it('is refused with the reason, and nothing lands', async () => {
    await using server = await startGitServer();
    await using relay = await startPushRelay({ upstream: server.origin, refs: ['refs/heads/main'], agent: 'bot' });
    const dir = await mkdtemp(join(tmpdir(), 'interlock-iso-'));
    await git.init({ fs, dir, defaultBranch: 'main' });
    await git.commit({ fs, dir, message: 'x', author: { name: 'A', email: 'a@b' } });
    const push = git.push({ fs, http, dir, url: `http://${relay.origin.address}/acme/site.git`, ref: 'main', remoteRef: 'main' });
    await assert.rejects(
      push,
      (error: Error) => /lacks report-status-v2/.test(JSON.stringify(error)) || /lacks report-status-v2/.test(error.message),
    );
    assert.equal(await server.refOf('refs/heads/main'), null);
    assert.equal(await server.refOf('refs/heads/agent/bot/main'), null);
    await rm(dir, { recursive: true, force: true });
  });
});
