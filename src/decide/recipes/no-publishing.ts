// Nothing is published.

import type { Recipe } from './recipe.ts';

export const NO_PUBLISHING: Recipe = {
  name: 'no-publishing',
  summary: 'No package, image or model is published, taken away or handed over by an agent.',
  parameters: [],
  write() {
    const publish = (name: string, action: string) => ({
      name,
      action,
      resource: { type: 'Package', id: 'npm/@acme/site' },
      facts: { ecosystem: 'npm' },
      verdict: 'BLOCK' as const,
    });
    return {
      policies: `// What is published is used by others.

@id("no-publishing")
@reason("Agents publish nothing: {action} on {resource} is for people and for CI.")
forbid (principal, action in Action::"publish", resource);
`,
      cases: [
        publish('nothing is published', 'publish.package'),
        publish('nothing is taken away', 'publish.remove'),
        publish('nobody else is let in', 'publish.config'),
      ],
    };
  },
};
