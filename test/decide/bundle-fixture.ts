// Bundles made of text, and the directory and people that judge them need, for the tests of this room.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action, Facts } from '../../src/classify/action.ts';
import type { Directory, UserRecord } from '../../src/identify/directory.ts';
import type { Principal } from '../../src/identify/principal.ts';
import type { BundleFiles } from '../../src/decide/bundle-files.ts';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import type { BundleJudge } from '../../src/decide/bundle-judge.ts';
import { checkFiles } from '../../src/decide/bundle.ts';
import type { Bundle } from '../../src/decide/bundle.ts';
import { docketOf } from '../../src/decide/docket.ts';
import type { Docket } from '../../src/decide/docket.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import type { EngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';

export const SCHEMA = `
entity Team; entity Group; entity Domain; entity Owner;
entity User in [Group] { slack?: String, oidc?: String };
entity Agent in [Team] { user?: User, level?: Long };
entity Host in [Domain] { writes?: Bool, owner?: User };
entity Account { currency?: String, lookup?: Bool };
entity Ticket { approvers: Set<Group>, requester?: User, agent: String };
action "read", "write", "http", "payment";
type HttpFacts = { host: String, method: String, path: String, inspected: Bool, user?: String, session?: String, size?: Long, tags?: Set<String> };
action "http.read" in ["http", "read"] appliesTo { principal: Agent, resource: Host, context: HttpFacts };
action "http.write" in ["http", "write"] appliesTo { principal: Agent, resource: Host, context: HttpFacts };
action "tunnel.open" appliesTo { principal: Agent, resource: Host, context: { host: String, method: String, path: String, inspected: Bool, protocol: String, port: Long } };
action "payment.refund" in ["payment", "write"] appliesTo { principal: Agent, resource: Account, context: { host: String, method: String, path: String, inspected: Bool, amountKnown: Bool, amountMinor?: Long, currency?: String, currencySource?: String, minorPerMajor?: Long } };
action "ticket.approve" appliesTo { principal: User, resource: Ticket, context: { action: String, host: String, amountMinor?: Long } };
`;

export interface Texts {
  readonly policies: string;
  readonly schema?: string;
  readonly entities?: string;
  readonly constraints?: string;
}

export function filesOf(texts: Texts): BundleFiles {
  const { schema = SCHEMA, entities = '[]', constraints = '', policies } = texts;
  const digest = String(policies.length + entities.length + constraints.length);
  return { directory: '/nowhere', schema, entities, constraints, policies: new Map([['test.cedar', policies]]), digest };
}

/** Every finding as one line. */
export function findingsOf(texts: Texts): string[] {
  return checkFiles(filesOf(texts)).findings.map(describeFinding);
}

export function bundleOf(texts: Texts): Bundle {
  const { bundle, findings } = checkFiles(filesOf(texts));
  if (bundle === null) throw new Error(findings.map(describeFinding).join('\n'));
  return bundle;
}

/** All slices of a bundle on one docket, as a question about `http.read` would have it if it met them all. */
export function docketFor(policies: string): Docket {
  const { slices, shape } = bundleOf({ policies });
  const action = shape.actions.find(({ name }) => name === 'http.read');
  if (action === undefined) throw new Error('no such action');
  return docketOf(1, action, slices.list, shape.leads);
}

export interface Members {
  generation: number;
  readonly users: Map<string, UserRecord>;
  user(name: string): UserRecord | undefined;
}

export function members(...records: UserRecord[]): Members {
  const users = new Map(records.map((record) => [record.name, record]));
  return { generation: 1, users, user: (name) => users.get(name) };
}

export function member(name: string, groups: readonly string[], state: UserRecord['state'] = 'active'): UserRecord {
  return { name, groups, tokenHash: '', state, createdAt: '2026-01-01T00:00:00.000Z' };
}

export function judgeOf(texts: Texts, groups: Members = members(), slots: EngineSlots = createEngineSlots()): BundleJudge {
  const bundle = bundleOf(texts);
  const generation = slots.prepare(sliceTexts(bundle.slices));
  slots.activate(generation);
  return createBundleJudge(bundle, slots, generation, groups);
}

export function principal(agent = 'bot', more: Partial<Principal> = {}): Principal {
  return { agent, teams: [], user: null, session: null, provedBy: 'token', ...more };
}

export function request(name: string, host = 'api.example.com', facts: Facts = {}): Action {
  const resource = { type: 'Host', id: host };
  const parents = [{ type: 'Domain', id: 'example.com' }];
  return { name, resource, parents, facts: { host, method: 'GET', path: '/', inspected: true, ...facts } };
}

export function refund(facts: Facts, account = 'main'): Action {
  const base = { host: 'api.example.com', method: 'POST', path: '/v1/refunds', inspected: true };
  return { name: 'payment.refund', resource: { type: 'Account', id: account }, parents: [], facts: { ...base, ...facts } };
}

/** A whole directory with nobody in it but these users. */
export function directoryOf(groups: Members): Directory {
  return {
    get generation() {
      return groups.generation;
    },
    agent: () => undefined,
    user: (name) => groups.user(name),
    agents: () => [],
    users: () => [...groups.users.values()],
    authenticateAgent: () => null,
    authenticateUser: () => null,
  };
}

export interface Folder extends Disposable {
  readonly path: string;
  write(name: string, text: string): void;
}

/** A policies directory on disk with a valid bundle in it. */
export function bundleFolder(policies: string): Folder {
  const path = mkdtempSync(join(tmpdir(), 'interlock-bundle-'));
  const write = (name: string, text: string): void => writeFileSync(join(path, name), text);
  write('schema.cedarschema', SCHEMA);
  write('entities.json', '[]');
  write('constraints.yaml', '');
  write('main.cedar', policies);
  return { path, write, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** `permit` or `forbid` with the annotations that every policy needs. */
export function policy(id: string, body: string, annotations = ''): string {
  return `@id("${id}") @reason("because of ${id}") ${annotations}\n${body}\n`;
}
