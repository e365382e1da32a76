// One answer everywhere, through the real gateway: requests of every provider, asked at its endpoint and then sent on the wire, come out alike.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { askGateway } from '../support/ask-gateway.ts';
import { type FixtureFile, fixtureFiles } from '../support/fixture-folders.ts';
import { type Login, startInterlock } from '../support/interlock.ts';
import { openTls } from '../support/raw-connection.ts';

interface Sample {
  readonly file: FixtureFile;
  readonly raw: Buffer;
  /** As CONNECT names it, with its port. */
  readonly authority: string;
  readonly session: string;
}

/** One hit of each provider, and of those with many more. */
const MANY = 20;

function samples(): Sample[] {
  const folders = new Map<string, FixtureFile[]>();
  for (const file of fixtureFiles().filter(({ name }) => name.startsWith('hit-')))
    folders.set(file.folder, [...(folders.get(file.folder) ?? []), file]);
  const chosen = [...folders.values()].flatMap((files) =>
    [...new Set(files.length < MANY ? [0] : [0, Math.floor(files.length / 2), files.length - 1])].map((at) => files[at]),
  );
  return chosen
    .filter((file) => file !== undefined)
    .map((file, index) => {
      const raw = readFileSync(file.url);
      const host = /^host: *(\S+)\r$/im.exec(raw.toString('latin1'))?.[1] ?? assert.fail(file.name);
      return { file, raw, authority: host.includes(':') ? host : `${host}:443`, session: `f${index}` };
    });
}

const all = samples();
const nameOf = (authority: string): string => authority.replace(/:\d+$/, '').toLowerCase();
const portOf = (authority: string): number => Number(/\d+$/.exec(authority)?.[0]);

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [],
    // Nobody listens there: what is let go fails after its verdict, and no vendor is ever dialled.
    hosts: Object.fromEntries(
      all.flatMap(({ authority }) => [nameOf(authority), authority.toLowerCase()]).map((at) => [at, '127.0.0.1:1']),
    ),
    config: {
      proxy: { connectPorts: [...new Set([443, ...all.map(({ authority }) => portOf(authority))])] },
      approvals: { holdSeconds: 0 },
    },
  }),
);
// An agent has only so many tickets.
const agents = await Promise.all(
  [0, 1, 2, 3].map((at) => interlock.addAgent(`bot${at}`, { teams: ['support', 'engineering'], user: 'ada' })),
);

/** The session labels what belongs together; it is a fact like any other, so it is the same for both. */
async function askThenSend({ raw, authority, session }: Sample, agent: Login): Promise<{ readonly unknown: string | null }> {
  const login = interlock.login(`${agent.username}~${session}`, agent.token);
  const message = { context: { request: { base64: raw.toString('base64') } } };
  const { status, body } = await askGateway(login, '/access/v1/evaluation', message);
  assert.equal(status, 200, JSON.stringify(body));
  using connection = await openTls(interlock, login, authority);
  connection.write(raw);
  await connection.answer();
  return { unknown: body.context.unknown ?? null };
}

test(`${all.length} requests of ${new Set(all.map(({ file }) => file.folder)).size} providers: verdict, policies and constraints are equal`, async () => {
  assert.ok(all.length >= 100, String(all.length));
  const unknown = new Map<string, string | null>();
  const waiting = [...all];
  const work = async (agent: Login): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      unknown.set(one.session, (await askThenSend(one, agent)).unknown);
  };
  await Promise.all(agents.map(work));

  const entries = (await interlock.tail(5_000)).map(({ body }) => body);
  const asked = new Map(entries.flatMap((body) => (body.type === 'question' ? [[body.session, body] as const] : [])));
  const sent = new Map(
    entries.flatMap((body) => (body.type === 'verdict' && body.cause === null ? [[body.session, body] as const] : [])),
  );
  const seen = new Map<string, number>();
  for (const { file, session } of all) {
    const where = `${file.folder}/${file.name}`;
    const [question, verdict] = [asked.get(session), sent.get(session)];
    assert.ok(question !== undefined && verdict !== undefined, where);
    const { policies, constraints, actions } = verdict;
    const names = (list: typeof actions) => list.map(({ action, verdict: each }) => `${action} ${each}`);
    assert.deepEqual(
      { policies: question.policies, constraints: question.constraints, actions: names(question.actions) },
      { policies, constraints, actions: names(actions) },
      `${where}: ${question.code} ${question.reason} / ${verdict.code} ${verdict.reason}`,
    );
    // Where a push lands, or what is looked up, only the vendor can say, and none is there.
    if (unknown.get(session) !== null) continue;
    assert.deepEqual([question.verdict, question.code], [verdict.verdict, verdict.code], `${where}: ${verdict.reason}`);
    assert.deepEqual(question.changed, verdict.changed, where);
    assert.deepEqual([question.headDigest, question.bodyDigest], [verdict.headDigest, verdict.bodyDigest], where);
    seen.set(verdict.verdict, (seen.get(verdict.verdict) ?? 0) + 1);
  }
  for (const verdict of ['ALLOW', 'WAIT', 'BLOCK']) assert.ok((seen.get(verdict) ?? 0) > 0, JSON.stringify([...seen]));
});
