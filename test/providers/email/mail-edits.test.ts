// keep-recipients at every mail API that allows it: whoever is elsewhere goes, the rest stays as it was, and is judged as just that.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import type { InspectedBody } from '../../../src/http/inspected-body.ts';
import type { RequestView } from '../../../src/http/request-view.ts';
import { azureEmail } from '../../../src/providers/email/azure-email.ts';
import { brevo } from '../../../src/providers/email/brevo.ts';
import { mailgun } from '../../../src/providers/email/mailgun.ts';
import { mandrill } from '../../../src/providers/email/mandrill.ts';
import { postmark } from '../../../src/providers/email/postmark.ts';
import { sparkpost } from '../../../src/providers/email/sparkpost.ts';
import type { BodyEdit, EditedBody } from '../../../src/providers/body-edit.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const KEEP: BodyEdit = { kind: 'keep-recipients', domains: ['ex.com'] };
const JSON_TYPE = 'application/json';

interface Api {
  readonly provider: Provider;
  readonly url: string;
  readonly type?: string;
}

function given(api: Api, document: unknown): { view: RequestView; body: InspectedBody } {
  const url = new URL(api.url);
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  const head = `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: ${api.type ?? JSON_TYPE}\r\n\r\n`;
  return { view: fixtureRequest(Buffer.concat([Buffer.from(head), bytes])).view, body: { bytes, problem: null } };
}

/** Also checks that the substitute is judged as mail to `ex.com` alone. */
function edit(api: Api, document: unknown, change: BodyEdit = KEEP): EditedBody {
  const { view, body } = given(api, document);
  assert.ok(api.provider.edit);
  const edited = api.provider.edit(view, body, change);
  if (change.kind === 'keep-recipients') {
    const { actions } = recognise(view).classify({ bytes: edited.bytes, problem: null });
    for (const { facts } of actions) assert.deepEqual([facts['inspected'], facts['domains']], [true, ['ex.com']]);
  }
  return edited;
}

const json = (edited: EditedBody): unknown => JSON.parse(edited.bytes.toString());

describe('Postmark', () => {
  const api: Api = { provider: postmark, url: 'https://api.postmarkapp.com/email' };
  const mail = (parts: object): object => ({ From: 's@acme.example', Subject: 'Hi', ...parts });

  test('texts between commas lose only those elsewhere', () => {
    const edited = edit(api, mail({ To: '"B, C" <b@ex.com>, E <eve@evil.example>', Cc: 'x@ex.org', Bcc: 'd@ex.com,e@ex.com' }));
    assert.deepEqual(json(edited), mail({ To: '"B, C" <b@ex.com>', Bcc: 'd@ex.com, e@ex.com' }));
    assert.deepEqual(edited.changed, ['to: removed eve@evil.example', 'cc: removed x@ex.org']);
  });

  test('messages of a batch or a bulk with nobody left go', async () => {
    const inside = mail({ To: 'b@ex.com' });
    const outside = mail({ To: 'eve@evil.example' });
    const batch = { ...api, url: `${api.url}/batch` };
    assert.deepEqual(json(edit(batch, [outside, inside])), [inside]);
    assert.deepEqual(json(edit({ ...api, url: `${api.url}/batchWithTemplates` }, { Messages: [inside, outside] })), {
      Messages: [inside],
    });
    const bulk = { From: 's@acme.example', Subject: 'Hi', Messages: [{ To: 'b@ex.com' }, { To: 'eve@evil.example' }] };
    assert.deepEqual(json(edit({ ...api, url: `${api.url}/bulk` }, bulk)), { ...bulk, Messages: [{ To: 'b@ex.com' }] });
    await throwsWithCode('CONSTRAINT_FAILED', () => edit(batch, [outside]));
  });
});

describe('Brevo', () => {
  const api: Api = { provider: brevo, url: 'https://api.brevo.com/v3/smtp/email' };
  const mail = (parts: object): object => ({ sender: { email: 's@acme.example' }, subject: 'Hi', ...parts });
  const to = (...addresses: string[]): object[] => addresses.map((email) => ({ email, name: 'N' }));

  test('lists and versions lose those elsewhere, and what versions share too', () => {
    assert.deepEqual(
      json(edit(api, mail({ to: to('b@ex.com', 'eve@evil.example'), cc: to('x@ex.org') }))),
      mail({ to: to('b@ex.com') }),
    );
    const versions = mail({
      bcc: to('eve@evil.example', 'c@ex.com'),
      messageVersions: [{ to: to('b@ex.com', 'x@ex.org'), params: { n: 1 } }, { to: to('eve@evil.example') }],
    });
    assert.deepEqual(
      json(edit(api, versions)),
      mail({ bcc: to('c@ex.com'), messageVersions: [{ to: to('b@ex.com'), params: { n: 1 } }] }),
    );
  });

  test('nothing is written anew when nobody goes', () => {
    const document = ` ${JSON.stringify(mail({ messageVersions: [{ to: to('b@ex.com') }] }))} `;
    assert.equal(edit(api, document).bytes.toString(), document);
  });
});

describe('Mandrill', () => {
  const api: Api = { provider: mandrill, url: 'https://mandrillapp.com/api/1.0/messages/send.json' };
  const mail = (parts: object): object => ({ key: 'k', message: { from_email: 's@acme.example', subject: 'Hi', ...parts } });

  test('recipients keep their type, a copy elsewhere goes, and a cc moves up when nobody else is left', () => {
    const to = [{ email: 'eve@evil.example' }, { email: 'b@ex.com', type: 'cc', name: 'B' }];
    const edited = edit(api, mail({ to, bcc_address: 'x@ex.org' }));
    assert.deepEqual(json(edited), mail({ to: [{ email: 'b@ex.com', type: 'to', name: 'B' }] }));
    assert.match(edited.changed.join('; '), /bcc_address: removed x@ex\.org/);
  });

  test('hidden recipients are never shown to each other', async () => {
    const to = [{ email: 'eve@evil.example' }, { email: 'b@ex.com', type: 'bcc' }, { email: 'c@ex.com', type: 'bcc' }];
    await throwsWithCode('CONSTRAINT_FAILED', () => edit(api, mail({ to })));
  });
});

describe('SparkPost', () => {
  const api: Api = { provider: sparkpost, url: 'https://api.sparkpost.com/api/v1/transmissions' };
  const mail = (recipients: object[], headers?: object): object => ({
    content: { from: 's@acme.example', subject: 'Hi', ...(headers === undefined ? {} : { headers }) },
    recipients,
  });

  test('whoever goes is no longer shown to the others', () => {
    const shown = '"B" <b@ex.com>, eve@evil.example';
    const edited = edit(
      api,
      mail(
        [
          { address: { email: 'b@ex.com' } },
          { address: { email: 'eve@evil.example' } },
          { address: { email: 'c@ex.com', header_to: shown } },
          { address: { email: 'd@ex.com', header_to: 'eve@evil.example' }, tags: ['t'] },
        ],
        { CC: 'c@ex.com, x@ex.org', 'X-A': '1' },
      ),
    );
    assert.deepEqual(
      json(edited),
      mail(
        [
          { address: { email: 'b@ex.com' } },
          { address: { email: 'c@ex.com', header_to: '"B" <b@ex.com>' } },
          { address: { email: 'd@ex.com' }, tags: ['t'] },
        ],
        { CC: 'c@ex.com', 'X-A': '1' },
      ),
    );
  });

  test('a stored list has nobody to take out', async () => {
    const { view, body } = given(api, { content: { from: 's@acme.example', subject: 'Hi' }, recipients: { list_id: 'all' } });
    await throwsWithCode('CONSTRAINT_FAILED', () => sparkpost.edit?.(view, body, KEEP));
  });
});

test('Azure: entries of the three lists go', () => {
  const api: Api = { provider: azureEmail, url: 'https://acme.communication.azure.com/emails:send' };
  const mail = (recipients: object): object => ({ senderAddress: 's@acme.example', content: { subject: 'Hi' }, recipients });
  const edited = edit(api, mail({ to: [{ address: 'b@ex.com' }], bcc: [{ address: 'eve@evil.example' }] }));
  assert.deepEqual(json(edited), mail({ to: [{ address: 'b@ex.com' }] }));
});

describe('Mailgun', () => {
  const url = 'https://api.mailgun.net/v3/mg.acme.example/messages';

  test('a form gets one field for each who stays', () => {
    const api: Api = { provider: mailgun, url, type: 'application/x-www-form-urlencoded' };
    const edited = edit(
      api,
      'from=s%40acme.example&to=b%40ex.com,eve%40evil.example&text=a+b%26&cc=x%40ex.org&to=%22C%2C+D%22+%3Cc%40ex.com%3E',
    );
    assert.equal(
      decodeURIComponent(edited.bytes.toString().replaceAll('%26', '%2526')),
      'from=s@acme.example&to=b@ex.com&to="C, D" <c@ex.com>&text=a b%26',
    );
  });

  test('multipart keeps its files to the byte', () => {
    const api: Api = { provider: mailgun, url, type: 'multipart/form-data; boundary=B' };
    const part = (name: string, value: string, more = ''): string =>
      `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const file = part('attachment', '\0\r\n\u0001', '; filename="a"');
    const edited = edit(
      api,
      `${part('from', 's@acme.example')}${part('to', 'b@ex.com, eve@evil.example')}${file}${part('bcc', 'x@ex.org')}--B--\r\n`,
    );
    assert.equal(edited.bytes.toString(), `${part('from', 's@acme.example')}${part('to', 'b@ex.com')}${file}--B--\r\n`);
  });

  test('what can not be read is not edited', async () => {
    const { view, body } = given({ provider: mailgun, url, type: 'application/x-www-form-urlencoded' }, 'from=x&to=b%40ex.com');
    await throwsWithCode('CONSTRAINT_FAILED', () => mailgun.edit?.(view, body, KEEP));
  });
});
