// Places where anybody reads what anybody puts there.

import { cedarSet, type Recipe } from './recipe.ts';

const SITES = [
  'pastebin.com',
  'paste.ee',
  'dpaste.com',
  'hastebin.com',
  'rentry.co',
  'ix.io',
  '0x0.st',
  'termbin.com',
  'transfer.sh',
  'file.io',
  'webhook.site',
  'requestbin.com',
  'pipedream.net',
  'ngrok.io',
  'ngrok-free.app',
];

export const NO_PASTE_SITES: Recipe = {
  name: 'no-paste-sites',
  summary: 'Nothing goes to paste sites, request catchers and tunnels, reads included, and no gist is made.',
  parameters: [{ name: 'sites', kind: 'domains', about: 'their domains', initial: SITES.join(',') }],
  write(values) {
    const sites = values.list('sites');
    const [site = ''] = sites;
    const at = (name: string, action: string, host: string) => ({
      name,
      action,
      resource: { type: 'Host', id: host },
      parents: host
        .split('.')
        .slice(0, -1)
        .map((_, index) => ({ type: 'Domain', id: host.split('.').slice(index).join('.') })),
      ...(action === 'tunnel.open' ? { facts: { protocol: 'tls', port: 443 } } : {}),
      verdict: 'BLOCK' as const,
    });
    return {
      policies: `// What is put there is read by anybody. A read carries data out as well, in its path or query.

@id("no-paste-sites")
@reason("{host} is a place where anybody may read what is put there: no agent uses it.")
forbid (principal is Agent, action, resource)
when { resource in ${cedarSet(sites, 'Domain')} };

@id("no-paste-sites-gist")
@reason("Whoever has a gist's address can read it. Put the files in a repository instead.")
forbid (principal, action == Action::"repo.gist", resource);
`,
      cases: [
        at('nothing is written there', 'http.write', site),
        at('nor at a host below it', 'http.write', `www.${site}`),
        at('nothing is read there', 'http.read', site),
        at('no tunnel leads there', 'tunnel.open', site),
        {
          name: 'no gist is made',
          action: 'repo.gist',
          resource: { type: 'Host', id: 'api.github.com' },
          facts: { api: 'rest', repoKnown: false },
          verdict: 'BLOCK',
        },
      ],
    };
  },
};
