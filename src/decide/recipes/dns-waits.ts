// DNS changes wait for people.

import type { Recipe } from './recipe.ts';

export const DNS_WAITS: Recipe = {
  name: 'dns-waits',
  summary: 'Every change of DNS records waits for people; what is not known of a DNS API is blocked.',
  parameters: [{ name: 'approvers', kind: 'name', about: 'the group that approves', initial: 'maintainers' }],
  write(values) {
    const zone = { type: 'Zone', id: 'route53/dns-waits' };
    return {
      policies: `// DNS: mail, certificates and traffic follow it.

@id("dns-waits-change")
@reason("This changes DNS records of {resource}: it must be approved.")
@verdict("wait")
@approvers(${JSON.stringify(values.text('approvers'))})
permit (principal, action == Action::"dns.change", resource);

@id("dns-waits-unknown")
@reason("This changes DNS at {resource} in a way that is not known here.")
forbid (principal, action == Action::"dns.unknown-write", resource);
`,
      entities: [{ uid: { type: 'Group', id: values.text('approvers') }, attrs: {}, parents: [] }],
      cases: [
        {
          name: 'a change waits',
          action: 'dns.change',
          resource: zone,
          facts: { changes: ['create'], types: ['A'] },
          verdict: 'WAIT',
        },
        { name: 'what is not known is blocked', action: 'dns.unknown-write', resource: zone, verdict: 'BLOCK' },
      ],
    };
  },
};
