// What `policy check` says of the bundle in force: each finding with its line in the policy, and what to do about it.

import type { Finding, Findings as Shape } from '../model/bundle-shapes.ts';
import { hashOf } from '../model/filters.ts';
import { AgentText } from '../parts/agent-text.ts';
import { html, type View } from '../parts/html.ts';
import { Sign } from '../parts/icon.ts';
import { useLooked } from '../parts/looked.ts';
import { Empty } from '../parts/states.ts';
import { BundleHead } from './bundle-head.ts';
import { Looking } from './looking.ts';

export function Findings(): View {
  const looked = useLooked<Shape>('/v1/bundle/findings');
  const { value } = looked;
  const ready = value?.state === 'ready' ? value : null;
  return html`<section class="view view-narrow" aria-labelledby="bundle-title">
    <${BundleHead} view="findings" title="Bundle" digest=${value?.digest} />
    <${Looking} looked=${looked} />
    ${ready === null ? null : html`<p role="status">${summary(ready)}</p>`}
    ${ready !== null && ready.findings.length === 0 ? html`<${Empty} title="Nothing found"><p>A policy that is not named here may be dead all the same: findings compare texts and prove nothing.</p></${Empty}>` : null}
    ${ready === null || ready.findings.length === 0 ? null : html`<ol class="findings">${ready.findings.map((finding) => html`<${Row} finding=${finding} digest=${ready.digest} />`)}</ol>`}
    ${ready === null || ready.omitted === 0 ? null : html`<p class="quiet">and ${ready.omitted} more; <code>interlock policy check</code> lists them.</p>`}
  </section>`;
}

function summary({ findings, omitted, cases, failed }: Shape): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors + omitted;
  const of =
    failed === 0 ? `all of its ${cases} cases come out as they say` : `${failed} of its ${cases} cases come out otherwise`;
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')}; ${cases === 0 ? 'it has no cases' : of}.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function Row({ finding, digest }: { readonly finding: Finding; readonly digest: string }): View {
  const { file, line, column, severity, rule, message, fix, policy } = finding;
  const where = `${file}:${line}:${column}`;
  return html`<li class=${`finding finding-${severity}`}>
    <span class="finding-mark"><${Sign} name=${severity === 'error' ? 'cross' : 'alarm'} />${severity === 'error' ? 'Error' : 'Warning'}</span>
    <div class="finding-body">
      <p><${AgentText} text=${message} lines /></p>
      ${fix === '' ? null : html`<p class="quiet">To do: <${AgentText} text=${fix} /></p>`}
      <p class="small finding-where">${
        policy === null
          ? html`<a class="finding-link" href=${hashOf('history', digest, { file, line: String(line) })}><code><${AgentText} text=${where} /></code></a>`
          : html`<a class="finding-link" href=${hashOf('bundle', policy, { line: String(line) })}><code>${where}</code><span class="visually-hidden">, in the policy ${policy}</span></a>`
      } <span class="tag">${rule}</span></p>
    </div>
  </li>`;
}
