// Mail to the company's own domains.

import { cedarSet, type Recipe } from './recipe.ts';

export const MAIL_OWN_DOMAINS: Recipe = {
  name: 'mail-own-domains',
  summary: 'Mail goes to your own domains only: recipients elsewhere are taken out, and mail to strangers alone is blocked.',
  parameters: [{ name: 'domains', kind: 'domains', about: 'your own mail domains', initial: 'example.com' }],
  write(values) {
    const domains = values.list('domains');
    const own = cedarSet(domains);
    const first = domains[0] ?? '';
    const mail = (name: string, to: readonly string[], verdict: 'ALLOW' | 'CONSTRAIN' | 'BLOCK') => ({
      name,
      action: 'email.send',
      resource: { type: 'Host', id: 'api.mail.example' },
      facts: {
        recipientsKnown: true,
        recipients: to.map((domain) => `somebody@${domain}`),
        domains: to,
        recipientCount: to.length,
        replyTo: [],
        replyToDomains: [],
        attachmentHosts: [],
      },
      verdict,
    });
    return {
      policies: `// Mail stays inside. The domains named here are those of the constraint \`own-domains\`: change both.

@id("mail-own-domains-inside")
@reason("Agents may send mail to the company's own domains.")
permit (principal, action == Action::"email.send", resource)
when { context has domains && !context.domains.isEmpty() && ${own}.containsAll(context.domains) };

@id("mail-own-domains-mixed")
@reason("Mail goes to the company's own domains only: recipients elsewhere are taken out.")
@verdict("constrain")
@constrain("own-domains")
permit (principal, action == Action::"email.send", resource)
when { context has domains && ${own}.containsAny(context.domains) && !${own}.containsAll(context.domains) };

@id("mail-own-domains-outside")
@reason("Nobody at the company's own domains gets this mail, or it does not say who does.")
forbid (principal, action == Action::"email.send", resource)
unless { context has domains && ${own}.containsAny(context.domains) };
`,
      constraints: { 'own-domains': { type: 'keep-recipients', domains } },
      cases: [
        mail('mail to a colleague goes', [first], 'ALLOW'),
        mail('of a mail to a colleague and a stranger the stranger is taken out', [first, 'stranger.example'], 'CONSTRAIN'),
        mail('mail to a stranger alone is blocked', ['stranger.example'], 'BLOCK'),
        mail('a domain that only ends like yours is a stranger', [`not-${first}`], 'BLOCK'),
      ],
    };
  },
};
