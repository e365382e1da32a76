// A constraint is a named, typed rewrite that a policy asks for (XACML: obligation). Defined in the bundle's constraints.yaml.

import type { CodeHosts } from './code-host.ts';

export type Constraint =
  /** The push lands on a branch of its own and a pull request is opened, by the API that `hosts` or the host's name tells. */
  | { readonly name: string; readonly type: 'pull-request'; readonly prefix: string; readonly hosts: CodeHosts }
  /** Recipients outside these domains (A-labels) are taken out. */
  | { readonly name: string; readonly type: 'keep-recipients'; readonly domains: readonly string[] }
  /** A model is not offered these tools: names as in the facts `tools` and `providerTools`, a `*` at the end for any that begin so. */
  | { readonly name: string; readonly type: 'remove-tools'; readonly tools: readonly string[] }
  /** One body field is set: a JSON pointer (RFC 6901, starts with `/`) or a form key. */
  | { readonly name: string; readonly type: 'set'; readonly field: string; readonly value: string | number | boolean };
