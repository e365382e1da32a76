// htm bound to preact: templates that become elements, never markup.
// INVARIANT: values are escaped by preact, and nothing here or elsewhere sets markup from a string (threat D4).

import type { ComponentChildren, VNode } from 'preact';

export { html } from 'htm/preact';
export type View = VNode;
export type Children = ComponentChildren;
