// No mail to outside after reading what strangers wrote, without a person's approval.

import { cedarSet, type Recipe } from './recipe.ts';

export const MAIL_AFTER_THE_WEB: Recipe = {
  name: 'mail-after-the-web',
  summary: 'Agents send mail; once one has read what strangers wrote, its mail to anybody but your own domains waits for people.',
  parameters: [
    { name: 'domains', kind: 'domains', about: 'your own mail domains', initial: 'example.com' },
    { name: 'approvers', kind: 'name', about: 'the group that approves the rest', initial: 'operators' },
  ],
  write(values) {
    const domains = values.list('domains');
    const first = domains[0] ?? '';
    const approvers = values.text('approvers');
    const inside = `context has domains && !context.domains.isEmpty() && ${cedarSet(domains)}.containsAll(context.domains)`;
    const tainted = 'context has taint && context.taint.untrusted';
    const read = 'context.inspected && context.recipientsKnown';
    const mail = (
      name: string,
      to: string | null,
      verdict: 'ALLOW' | 'ALLOW_LOG' | 'WAIT',
      taint?: { readonly untrusted: boolean },
    ) => ({
      name,
      action: 'email.send',
      resource: { type: 'Host', id: 'api.mail.example' },
      facts: {
        recipientsKnown: to !== null,
        ...(to === null ? {} : { recipients: [`somebody@${to}`], domains: [to], recipientCount: 1 }),
        replyTo: [],
        replyToDomains: [],
        attachmentHosts: [],
      },
      ...(taint === undefined ? {} : { taint: { hosts: ['www.example.org'], ...taint } }),
      verdict,
    });
    return {
      policies: `// What strangers wrote may tell an agent whom to write to. What counts as read is in docs/tool-calls.md: mark hosts that only you write to
// with "trusted": true in entities.json, the APIs of models among them, or every agent has read something.

@id("mail-after-the-web-inside")
@reason("Agents may send mail to the company's own domains, whatever they have read.")
permit (principal, action == Action::"email.send", resource)
when { ${inside} };

@id("mail-after-the-web-clean")
@reason("Who has read nothing that strangers wrote may send mail to others; it is logged.")
@verdict("allow_log")
permit (principal, action == Action::"email.send", resource)
when { ${read} }
unless { ${inside} }
unless { ${tainted} };

@id("mail-after-the-web-rest")
@reason("{agent} has read what strangers wrote, or the mail does not say who gets it: a person must approve mail to outside.")
@verdict("wait")
@approvers(${JSON.stringify(approvers)})
permit (principal, action == Action::"email.send", resource)
unless { ${inside} }
unless { ${read} && !(${tainted}) };
`,
      entities: [{ uid: { type: 'Group', id: approvers }, attrs: {}, parents: [] }],
      cases: [
        mail('mail to a stranger goes while nothing of strangers was read', 'stranger.example', 'ALLOW_LOG'),
        mail('what was read at trusted hosts changes nothing', 'stranger.example', 'ALLOW_LOG', { untrusted: false }),
        mail('after the open web it waits', 'stranger.example', 'WAIT', { untrusted: true }),
        mail('a domain that only ends like yours is a stranger', `not-${first}`, 'WAIT', { untrusted: true }),
        mail('mail to a colleague goes all the same', first, 'ALLOW', { untrusted: true }),
        mail('mail to nobody knows whom waits in any case', null, 'WAIT'),
      ],
    };
  },
};
