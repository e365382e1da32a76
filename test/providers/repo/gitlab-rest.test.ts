// GitLab's REST API: quick actions in texts, unread bodies, whose host it is, and refusals.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '../../../src/classify/action.ts';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { quickActions } from '../../../src/providers/repo/gitlab-quick-actions.ts';
import { gitlabRest, gitlabSelfHostedRest } from '../../../src/providers/repo/gitlab-rest.ts';
import { requestView } from '../../support/request-view.ts';

const refusal = { kind: 'blocked', reason: 'main is closed', policies: ['no'], entry: '3', ticket: null, status: 403 } as const;
const P = '/api/v4/projects/grp%2Fproj';

function classify(method: string, path: string, value: unknown, problem: string | null = null): readonly Action[] {
  const view = requestView(method, path, { host: 'gitlab.com', headers: ['Content-Type', 'application/json'] });
  const bytes = Buffer.from(JSON.stringify(value));
  return gitlabRest.recognise(view)?.classify({ bytes, problem }, NOTHING_KNOWN) ?? [];
}

describe('a quick action', () => {
  const names = (note: unknown): string[] => quickActions(note as string).map((effect) => effect.name);
  it('is found on any line, in any case, behind any line end', () => {
    for (const note of ['/merge', 'a\n/merge', 'a\r\n  /MERGE now', 'a\r/merge', 'a\u2028/merge', '\t/merge'])
      assert.deepEqual(names(note), ['repo.merge'], JSON.stringify(note));
    assert.deepEqual(names('/approve\n/merge'), ['repo.approve', 'repo.merge']);
    assert.deepEqual(names('/submit_review approve'), ['repo.approve']);
    assert.deepEqual(names('/rebase'), ['repo.push']);
  });
  it('is none within a line', () => {
    for (const note of ['please /merge', 'https://x/merge', '/label ~bug', '/path/to', '', undefined, null])
      assert.deepEqual(names(note), []);
  });
  it('is looked for in a time that grows with the text, not with its square', () => {
    for (const note of ['\n'.repeat(500_000), '\n/'.repeat(250_000), ' \u2028'.repeat(250_000), '\n'.padEnd(500_000)]) {
      const started = performance.now();
      assert.deepEqual(names(note), []);
      assert.ok(performance.now() - started < 10_000);
    }
  });
  it('in something that is no text is not known', () => {
    const [effect] = quickActions(['/merge']);
    assert.deepEqual([effect?.name, effect?.sure], ['repo.unknown-write', false]);
  });
  it('among more of them than a person writes is not known', () => {
    assert.deepEqual(names('/label\n'.repeat(4998) + '/merge'), ['repo.merge']);
    const [effect] = quickActions('/label\n'.repeat(4999) + '/merge');
    assert.deepEqual([effect?.name, effect?.sure], ['repo.unknown-write', false]);
  });
});

describe('a body that could not be read', () => {
  it('leaves every action uninspected', () => {
    for (const path of ['/repository/commits', '/merge_requests', '/merge_requests/1/notes', '/hooks', '/invented'])
      for (const action of classify('POST', P + path, {}, 'too large')) assert.equal(action.facts['inspected'], false, path);
  });
});

describe('fields that are missing or of another type', () => {
  it('make a push unsure', () => {
    const actions = [{ action: 'create', file_path: 'a', content: 'x' }];
    for (const body of [
      { actions },
      { branch: '', actions },
      { branch: 7, actions },
      { branch: 'topic', actions: [{}] },
      { branch: 'topic', actions: [7] },
    ])
      assert.equal(classify('POST', `${P}/repository/commits`, body)[0]?.facts['inspected'], false, JSON.stringify(body));
  });
  it('count as forced when `force` is odd', () => {
    for (const force of [true, 'true', 1, 'yes', {}]) {
      const [action] = classify('POST', `${P}/repository/commits`, { branch: 'main', start_branch: 'dev', force, actions: [] });
      assert.deepEqual(
        [action?.facts['force'], action?.facts['fastForward'], action?.facts['change']],
        [true, 'no', 'update'],
        String(force),
      );
    }
    assert.equal(
      classify('POST', `${P}/repository/commits`, { branch: 'x', start_branch: 'dev', force: false })[0]?.facts['fastForward'],
      'yes',
    );
  });
});

describe('the host', () => {
  it('is gitlab.com, or one that plainly serves GitLab', () => {
    const hook = (host: string) => requestView('POST', `${P}/hooks`, { host });
    assert.notEqual(gitlabRest.recognise(hook('gitlab.com')), null);
    assert.equal(gitlabSelfHostedRest.recognise(hook('gitlab.com')), null);
    assert.notEqual(gitlabSelfHostedRest.recognise(hook('git.example.com')), null);
    assert.equal(gitlabSelfHostedRest.recognise(requestView('POST', '/api/v4/channels', { host: 'chat.example.com' })), null);
  });
});

describe('a refusal', () => {
  it('has `message` alone, because clients print `error` first', () => {
    const answer = gitlabRest.refuse(requestView('PUT', `${P}/merge_requests/1/merge`), refusal, {
      bytes: Buffer.alloc(0),
      problem: null,
    });
    assert.deepEqual(
      [answer.status, JSON.parse(answer.body.toString())],
      [403, { message: 'Interlock: main is closed (policy no; entry 3)' }],
    );
  });
});
