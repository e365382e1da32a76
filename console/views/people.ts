// Agents and users, as the gateway knows them. Tokens are never shown: nobody has them but their owners.

import { agoText } from '../model/countdown.ts';
import { hashOf } from '../model/filters.ts';
import type { AgentView, UserView } from '../model/shapes.ts';
import { AgentText } from '../parts/agent-text.ts';
import { type Loaded, useLoaded } from '../parts/hooks.ts';
import { html, type View } from '../parts/html.ts';
import { Failure, Loading } from '../parts/states.ts';

export function People(): View {
  const agents = useLoaded<readonly AgentView[]>('/v1/agents');
  const users = useLoaded<readonly UserView[]>('/v1/users');
  return html`<section class="view" aria-labelledby="people-title">
    <header class="view-head"><h1 id="people-title">Agents and users</h1></header>
    <h2>Agents <span class="count">${agents.value?.length}</span></h2>
    <${Waiting} loaded=${agents} />
    ${
      agents.value === null
        ? null
        : html`<div class="table-wrap"><table class="stacked">
            <thead><tr><th scope="col">Agent</th><th scope="col">Teams</th><th scope="col">Acts for</th><th scope="col">State</th><th scope="col">Added</th></tr></thead>
            <tbody>${agents.value.map(
              (agent) => html`<tr>
                <th scope="row"><a href=${hashOf('live', null, { agent: agent.name })}><${AgentText} text=${agent.name} /></a></th>
                <td><${Tags} names=${agent.teams} /></td>
                <td>${agent.user ?? html`<span class="quiet">nobody</span>`}</td>
                <td><${State} state=${agent.state} /></td>
                <td class="quiet">${agoText(agent.createdAt, Date.now())}</td>
              </tr>`,
            )}</tbody>
          </table></div>`
    }
    <h2>Users <span class="count">${users.value?.length}</span></h2>
    <${Waiting} loaded=${users} />
    ${
      users.value === null
        ? null
        : html`<div class="table-wrap"><table class="stacked">
            <thead><tr><th scope="col">User</th><th scope="col">Groups</th><th scope="col">State</th><th scope="col">Added</th></tr></thead>
            <tbody>${users.value.map(
              (user) => html`<tr>
                <th scope="row">${user.name}</th><td><${Tags} names=${user.groups} /></td><td><${State} state=${user.state} /></td>
                <td class="quiet">${agoText(user.createdAt, Date.now())}</td>
              </tr>`,
            )}</tbody>
          </table></div>`
    }
    <p class="quiet small">They are added, rotated and revoked on the gateway's machine: <code>interlock agents</code>, <code>interlock users</code>.</p>
  </section>`;
}

function Waiting({ loaded }: { readonly loaded: Loaded<unknown> }): View | null {
  if (loaded.problem !== null) return html`<${Failure} problem=${loaded.problem} onRetry=${loaded.reload} />`;
  return loaded.value === null ? html`<${Loading} />` : null;
}

function Tags({ names }: { readonly names: readonly string[] }): View {
  return names.length === 0
    ? html`<span class="quiet">none</span>`
    : html`<span>${names.map((name) => html`<span class="tag">${name}</span>`)}</span>`;
}

function State({ state }: { readonly state: string }): View {
  return html`<span class=${state === 'active' ? 'tag tag-good' : 'tag tag-bad'}>${state}</span>`;
}
