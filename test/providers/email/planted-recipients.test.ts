// keep-recipients at every mail API that allows it, on what its own SDK sends: outsiders are put into each list, and have to go without a trace.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROVIDERS } from '../../../src/classify/provider-list.ts';
import { recognise } from '../../../src/classify/registry.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

const ROOT = new URL('../../fixtures/requests/', import.meta.url);
const OUTSIDER = 'o@outside.example';
type Document = Record<string, unknown>;

interface Planted {
  /** The fixture with outsiders in to, cc and bcc. */
  readonly plant: (text: string) => string;
  /** What the edit writes otherwise without meaning otherwise. */
  readonly sameAs?: (text: string) => string;
}

const json = (change: (document: Document) => unknown): Planted => ({
  plant: (text) => JSON.stringify(change(JSON.parse(text) as Document)),
  sameAs: (text) => JSON.stringify(JSON.parse(text)),
});
const more = (list: unknown, entry: unknown): unknown[] => [entry, ...[list ?? []].flat()];
const grown = (holder: Document, entry: unknown, ...names: string[]): Document => ({
  ...holder,
  ...Object.fromEntries(names.map((name) => [name, more(holder[name], entry)])),
});
const inMail = (raw: string): string =>
  raw.replace(/^To: (.*)$/m, `To: ${OUTSIDER}, $1`).replace(/^Subject:/m, `Cc: ${OUTSIDER}\r\nBcc: O <${OUTSIDER}>\r\nSubject:`);
const part = (name: string): string => `--sdk-boundary\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${OUTSIDER}\r\n`;

const SUBJECT = '--sdk-boundary\r\nContent-Disposition: form-data; name="subject"';

const SENDS: Readonly<Record<string, Planted>> = {
  'sendgrid/hit-send-cc-bcc': json((mail) => ({
    ...mail,
    personalizations: (mail['personalizations'] as Document[]).map((one) => grown(one, { email: OUTSIDER }, 'to', 'cc', 'bcc')),
  })),
  'resend/hit-send-lists': {
    ...json((mail) => grown(mail, OUTSIDER, 'to', 'cc', 'bcc')),
    // One in a list is one.
    sameAs: (text) => JSON.stringify(JSON.parse(text.replace('"cc":"d@ex.com"', '"cc":["d@ex.com"]'))),
  },
  'postmark/hit-send': json((mail) => ({
    ...mail,
    ...Object.fromEntries(['To', 'Cc', 'Bcc'].map((name) => [name, `"O, P" <${OUTSIDER}>, ${String(mail[name])}`])),
  })),
  'mandrill/hit-send': json((mail) => {
    const message = mail['message'] as Document;
    const types = ['to', 'cc', 'bcc'].map((type) => ({ email: OUTSIDER, type }));
    return { ...mail, message: { ...message, to: [...types, ...(message['to'] as unknown[])] } };
  }),
  'sparkpost/hit-cc-bcc': json((mail) => {
    const content = mail['content'] as Document;
    const added = [{ address: { email: OUTSIDER } }, { address: { email: OUTSIDER, header_to: 'b@ex.com' } }];
    return {
      ...mail,
      content: { ...content, headers: { CC: `c@ex.org, ${OUTSIDER}` } },
      recipients: [...(mail['recipients'] as unknown[]), ...added],
    };
  }),
  'brevo/hit-send': json((mail) => grown(mail, { email: OUTSIDER, name: 'O' }, 'to', 'cc', 'bcc')),
  'azure-email/hit-send': json((mail) => ({
    ...mail,
    recipients: grown(mail['recipients'] as Document, { address: OUTSIDER }, 'to', 'cc', 'bcc'),
  })),
  'graph/hit-send': json((mail) => ({
    ...mail,
    message: grown(
      mail['message'] as Document,
      { emailAddress: { address: OUTSIDER } },
      'toRecipients',
      'ccRecipients',
      'bccRecipients',
    ),
  })),
  'gmail/hit-send': json((mail) => ({
    ...mail,
    raw: Buffer.from(inMail(Buffer.from(String(mail['raw']), 'base64url').toString())).toString('base64url'),
  })),
  'gmail/hit-send-media': {
    plant: (text) =>
      text.replace(/^(To|Cc): (.*)$/gm, `$1: ${OUTSIDER}, $2`).replace(/^Subject:/m, `Bcc: O <${OUTSIDER}>\r\nSubject:`),
  },
  'mailgun/hit-send': {
    plant: (text) => text.replace(SUBJECT, `${part('to')}${part('cc')}${part('bcc')}${SUBJECT}`),
    // A field for each who stays.
    sameAs: (text) => text.replace('d@ex.org, e@ex.org\r\n', `d@ex.org\r\n${part('cc').replace(OUTSIDER, 'e@ex.org')}`),
  },
};

for (const [fixture, { plant, sameAs = (text: string) => text }] of Object.entries(SENDS))
  test(fixture, () => {
    const [folder = ''] = fixture.split('/');
    const { edit } = PROVIDERS.find(({ name }) => name === folder) ?? {};
    assert.ok(edit);
    const raw = readFileSync(new URL(`${fixture}.http`, ROOT));
    const { view } = fixtureRequest(raw);
    const original = raw.subarray(raw.indexOf('\r\n\r\n') + 4).toString();
    const domainsOf = (text: string): unknown[] =>
      recognise(view)
        .classify({ bytes: Buffer.from(text), problem: null })
        .actions.flatMap(({ facts }) => (facts['inspected'] === true ? facts['domains'] : ['not inspected'])) as unknown[];
    const domains = domainsOf(original) as string[];
    const planted = plant(original);
    assert.ok(domainsOf(planted).includes('outside.example'), planted);

    const edited = edit(view, { bytes: Buffer.from(planted), problem: null }, { kind: 'keep-recipients', domains });
    assert.deepEqual(new Set(domainsOf(edited.bytes.toString())), new Set(domains));
    assert.equal(edited.bytes.toString(), sameAs(original));
    for (const list of ['to', 'cc', 'bcc'])
      assert.ok(
        edited.changed.some((line) => line.toLowerCase().includes(list) && line.includes(OUTSIDER)) || edited.changed.length >= 3,
        `${list}: ${edited.changed.join('; ')}`,
      );
  });

test('every mail API that edits is in the table', () => {
  const editing = PROVIDERS.filter(({ family, edit }) => family === 'email' && edit !== undefined).map(({ name }) => name);
  const listed = new Set(Object.keys(SENDS).map((fixture) => fixture.split('/', 1)[0]));
  assert.deepEqual(
    editing.filter((name) => !listed.has(name)),
    [],
  );
});
