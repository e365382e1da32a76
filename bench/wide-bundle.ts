// A bundle of any size in which a question always meets the same few policies: one block for each team and its host.

import type { Action } from '../src/classify/action.ts';
import type { BundleFiles } from '../src/decide/bundle-files.ts';
import type { Directory } from '../src/identify/directory.ts';
import type { Principal } from '../src/identify/principal.ts';

const SCHEMA = `
entity Team; entity Group; entity Domain;
entity User in [Group]; entity Agent in [Team] { user?: User }; entity Host in [Domain];
entity Ticket { approvers: Set<Group>, requester?: User, agent: String };
action "read", "write", "http";
type HttpFacts = { host: String, method: String, path: String, inspected: Bool, user?: String, session?: String, size?: Long };
action "http.read" in ["http", "read"] appliesTo { principal: Agent, resource: Host, context: HttpFacts };
action "http.write" in ["http", "write"] appliesTo { principal: Agent, resource: Host, context: HttpFacts };
action "ticket.approve" appliesTo { principal: User, resource: Ticket, context: {} };
`;

/** A directory without anybody in it. */
export const NOBODY: Directory = {
  generation: 1,
  agent: () => undefined,
  user: () => undefined,
  agents: () => [],
  users: () => [],
  authenticateAgent: () => null,
  authenticateUser: () => null,
};

const FOR_ALL = [
  'permit(principal, action == Action::"http.read", resource) when { context.path like "/health*" };',
  'forbid(principal, action in Action::"http", resource) when { !context.inspected };',
];

function block(team: number): string[] {
  const host = `Host::"h${team}.example.com"`;
  return [
    `permit(principal in Team::"t${team}", action in [Action::"http.read", Action::"http.write"], resource in Domain::"example.com") when { context.path like "/v1/*" };`,
    `permit(principal in Team::"t${team}", action == Action::"http.write", resource) when { context.method == "POST" && context.path like "/v1/orders/*" };`,
    `forbid(principal, action in Action::"http", resource == ${host}) when { context.path like "/admin/*" };`,
    `forbid(principal, action == Action::"http.write", resource == ${host}) when { context has size && context.size > 1000000 };`,
  ];
}

/** `policies` in all, in files of 500. */
export function wideBundle(policies: number, directory = '/bench'): BundleFiles {
  const bodies = [...FOR_ALL];
  for (let team = 0; bodies.length < policies; team += 1) bodies.push(...block(team));
  const texts = bodies
    .slice(0, policies)
    .map((body, i) => `@id("p${i}")\n@reason("{agent} is told so on {host}, because its team asked for it.")\n${body}\n`);
  const files = new Map<string, string>();
  for (let i = 0; i < texts.length; i += 500) files.set(`p${i / 500}.cedar`, texts.slice(i, i + 500).join('\n'));
  return { directory, schema: SCHEMA, entities: '[]', constraints: '', policies: files, digest: `wide-${policies}` };
}

export function askerOf(team: number): Principal {
  return { agent: 'bot', teams: [`t${team}`], user: null, session: null, provedBy: 'token' };
}

export function requestTo(team: number, name: string, path: string): Action {
  const host = `h${team}.example.com`;
  const method = name === 'http.read' ? 'GET' : 'POST';
  return {
    name,
    resource: { type: 'Host', id: host },
    parents: [{ type: 'Domain', id: 'example.com' }],
    facts: { host, method, path, inspected: true, size: 300 },
  };
}
