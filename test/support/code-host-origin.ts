// Stand-ins for the APIs of code hosts: each takes what it is sent, answers as its vendor documents, and keeps a record.

import { sendJson, startOrigin, type Answer, type Origin } from './origin.ts';
import type { ThrowawayCa } from './throwaway-ca.ts';

const OID = 'a'.repeat(40);

/** The answer to a write, by the path that it goes to. */
const ANSWERS: ReadonlyArray<readonly [path: RegExp, status: number, document: unknown]> = [
  // GitLab
  [/\/repository\/commits$/, 201, { id: OID, short_id: OID.slice(0, 8), title: 'Add' }],
  [/\/merge_requests$/, 201, { id: 1, iid: 1, web_url: 'https://gitlab.com/acme/site/-/merge_requests/1' }],
  [/\/notes$/, 201, { id: 1, body: 'x' }],
  [/\/api\/graphql$/, 200, { data: { mergeRequestCreate: { errors: [] } } }],
  // Bitbucket Cloud
  [/\/src$/, 201, {}],
  [/\/2\.0\/.*\/pullrequests$/, 201, { type: 'pullrequest', id: 1 }],
  // Azure DevOps
  [/\/pushes$/, 201, { pushId: 1, refUpdates: [{ name: 'refs/heads/topic', newObjectId: OID }] }],
  [/\/pullrequests$/, 201, { pullRequestId: 1, status: 'active' }],
  // Gitea
  [/\/contents\//, 201, { content: { path: 'a.md' }, commit: { sha: OID } }],
];

/** One origin for all of them: which one is asked is told by the name. */
export async function startCodeHosts(ca: ThrowawayCa, names: readonly string[]): Promise<Origin> {
  return startOrigin({ leaf: await ca.issue([...names]), answer });
}

/** The same without TLS, for calls that go there directly. */
export function startPlainCodeHost(): Promise<Origin> {
  return startOrigin({ leaf: null, answer });
}

const answer: Answer = async (_request, response, received) => {
  await received.body();
  const path = received.target.split('?')[0] ?? '';
  const found = ANSWERS.find(([pattern]) => pattern.test(path));
  sendJson(response, found?.[1] ?? 200, found?.[2] ?? { id: 1 });
};
