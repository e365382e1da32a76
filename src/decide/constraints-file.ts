// constraints.yaml: the named, typed rewrites that policies may ask for. Strict: an unknown key is refused where it stands.

import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import { codeHostOf, CODE_HOSTS } from './code-host.ts';
import type { CodeHost } from './code-host.ts';
import type { BundleFinding } from './bundle-finding.ts';
import type { Constraint } from './constraint.ts';
import { openYamlFile, type Report, textOf } from './yaml-file.ts';

interface ParsedConstraints {
  readonly constraints: ReadonlyMap<string, Constraint>;
  readonly findings: readonly BundleFinding[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Part of a git ref (git-check-ref-format): no dots in a row, nothing git or a shell would stumble over. */
const PREFIX = /^(?!refs\/)(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)+$/;
/** An A-label domain, lower case, at least two labels. */
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** A host as requests name it: an A-label name of any depth or an address, lower case, without a port. */
const HOST = /^[a-z0-9](?:[a-z0-9.:-]{0,251}[a-z0-9])?$/;
/** A tool as a model names it, or how its name begins. */
const TOOL = /^[A-Za-z0-9_.:/-]{1,128}\*?$/;
const MAX_DOMAINS = 1_000;

const KEYS_OF: Readonly<Record<Constraint['type'], readonly string[]>> = {
  'pull-request': ['prefix', 'hosts'],
  'keep-recipients': ['domains'],
  'remove-tools': ['tools'],
  set: ['field', 'value'],
};

export function parseConstraints(file: string, text: string): ParsedConstraints {
  const constraints = new Map<string, Constraint>();
  const { root, findings, report } = openYamlFile(file, text, {
    most: Number.POSITIVE_INFINITY,
    problem: 'constraints.yaml is not a mapping of names to constraints',
    fix: 'write `name:` and under it `type: …`',
  });
  if (root === null) return { constraints, findings };
  for (const pair of root.items) {
    const constraint = readConstraint(pair, report);
    if (constraint !== null) constraints.set(constraint.name, constraint);
  }
  return { constraints, findings };
}

function readConstraint(pair: Pair, report: Report): Constraint | null {
  const name = textOf(pair.key);
  if (name === null || !NAME.test(name))
    return report(pair.key, "a constraint's name is 1 to 64 letters, digits, dots, dashes or underscores");
  const body = pair.value;
  if (!isMap(body))
    return report(pair.key, `the constraint \`${name}\` has no \`type\``, `types are ${Object.keys(KEYS_OF).join(', ')}`);
  const type = textOf(body.get('type', true));
  if (type === null || !isType(type)) {
    return report(
      body.get('type', true) ?? pair.key,
      `the constraint \`${name}\` has no known \`type\``,
      `types are ${Object.keys(KEYS_OF).join(', ')}`,
    );
  }
  for (const { key } of body.items) {
    const known = textOf(key);
    if (known !== 'type' && (known === null || !KEYS_OF[type].includes(known))) {
      return report(key, `unknown key \`${known ?? '?'}\` in a ${type} constraint`, `it has type, ${KEYS_OF[type].join(', ')}`);
    }
  }
  return readBody(name, type, body, pair, report);
}

function isType(type: string): type is Constraint['type'] {
  return Object.hasOwn(KEYS_OF, type);
}

function readBody(name: string, type: Constraint['type'], body: YAMLMap, pair: Pair, report: Report): Constraint | null {
  const at = (key: string): Node | undefined => {
    const node: unknown = body.get(key, true);
    return isScalar(node) || isSeq(node) || isMap(node) ? node : undefined;
  };
  switch (type) {
    case 'pull-request': {
      const prefix = textOf(at('prefix'));
      if (prefix === null || !PREFIX.test(prefix) || /\.\.|\.\/|\.lock\//.test(prefix)) {
        return report(
          at('prefix') ?? pair.key,
          `\`prefix\` of \`${name}\` is not the start of a branch name`,
          'write something like `prefix: agent/`',
        );
      }
      const hosts = hostsOf(at('hosts'));
      if (hosts === null) {
        return report(
          at('hosts') ?? pair.key,
          `\`hosts\` of \`${name}\` does not say which of your servers is whose`,
          `write \`hosts: { git.example.com: gitlab }\`, names in lower case; vendors are ${CODE_HOSTS.join(', ')}`,
        );
      }
      return { name, type, prefix, hosts };
    }
    case 'keep-recipients': {
      const domains = domainsOf(at('domains'));
      if (domains === null) {
        return report(
          at('domains') ?? pair.key,
          `\`domains\` of \`${name}\` is not a list of lower-case domain names`,
          'write `domains: [example.com]`, names beyond ASCII as A-labels (xn--…)',
        );
      }
      return { name, type, domains };
    }
    case 'remove-tools': {
      const tools = toolsOf(at('tools'));
      if (tools === null) {
        return report(
          at('tools') ?? pair.key,
          `\`tools\` of \`${name}\` is not a list of tools`,
          'write `tools: [bash, web_search*]`, names as models are offered them; a `*` stands at the end',
        );
      }
      return { name, type, tools };
    }
    case 'set': {
      const field = textOf(at('field'));
      const value = scalarOf(at('value'));
      if (field === null || field === '' || field.length > 200)
        return report(at('field') ?? pair.key, `\`field\` of \`${name}\` is not a JSON pointer or a form key`);
      if (value === null) return report(at('value') ?? pair.key, `\`value\` of \`${name}\` is not a string, number or boolean`);
      return { name, type, field, value };
    }
  }
}

function hostsOf(node: Node | undefined): ReadonlyMap<string, CodeHost> | null {
  const hosts = new Map<string, CodeHost>();
  if (node === undefined) return hosts;
  if (!isMap(node) || node.items.length > MAX_DOMAINS) return null;
  for (const { key, value } of node.items) {
    const host = textOf(key);
    const vendor = codeHostOf(textOf(value));
    if (host === null || !HOST.test(host) || vendor === null) return null;
    hosts.set(host, vendor);
  }
  return hosts;
}

function scalarOf(node: unknown): string | number | boolean | null {
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

function toolsOf(node: unknown): string[] | null {
  if (!isSeq(node) || node.items.length === 0 || node.items.length > MAX_DOMAINS) return null;
  const tools = node.items.map(textOf).filter((tool) => tool !== null);
  return tools.length === node.items.length && tools.every((tool) => TOOL.test(tool)) ? tools : null;
}

function domainsOf(node: unknown): string[] | null {
  if (!isSeq(node) || node.items.length === 0 || node.items.length > MAX_DOMAINS) return null;
  const domains = node.items.map(textOf).filter((domain) => domain !== null);
  return domains.length === node.items.length && domains.every((domain) => DOMAIN.test(domain)) ? domains : null;
}
