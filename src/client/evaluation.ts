// What is asked about, as an AuthZEN evaluation in the words of docs/asking.md.

import type { Ask, Entity } from './asking.ts';

export function withParents(resource: Entity, parents: readonly Entity[] = []): object {
  return parents.length === 0 ? resource : { ...resource, properties: { parents } };
}

export function evaluation(ask: Ask): object {
  const obligations = ask.obligations === true ? { obligations: true } : {};
  if ('action' in ask)
    return {
      action: { name: ask.action, properties: ask.facts ?? {} },
      resource: withParents(ask.resource, ask.parents),
      context: obligations,
    };
  if ('mcp' in ask) return { context: { ...obligations, mcp: ask.mcp } };
  if ('toolCall' in ask) return { context: { ...obligations, toolCall: ask.toolCall } };
  const { request, park } = ask;
  const raw = typeof request === 'string' ? request : { base64: Buffer.from(request).toString('base64') };
  return { context: { ...obligations, request: raw, ...(park === true ? { park } : {}) } };
}
