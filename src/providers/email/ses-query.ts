// Amazon SES version 1: messages as parameters of the Query protocol, `Destination.ToAddresses.member.1` and so on.

import { readBase64, BASE64 } from '../../classify/base64.ts';
import { type MailAddress, readAddress } from '../../classify/email-address.ts';
import { type FormField, fieldName } from '../../classify/form.ts';
import { breaksHeader } from './mail-json.ts';
import type { MailMessage } from './mail-message.ts';
import { mimeMail } from './mime-mail.ts';

/** Sends of the API; every other operation is not mail. */
type SesSend =
  | 'SendEmail'
  | 'SendRawEmail'
  | 'SendTemplatedEmail'
  | 'SendBulkTemplatedEmail'
  | 'SendCustomVerificationEmail'
  | 'SendBounce';

/** Null when any sender or recipient can't be read surely. */
type Read = (values: Values) => readonly MailMessage[] | null;

/** One value a name. */
interface Values {
  readonly get: (name: string) => string | undefined;
  /** Members of each list, by its name without `.member.N`. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

const TO_CC_BCC = '(?:To|Cc|Bcc)Addresses';
const NUMBER = '[1-9][0-9]{0,3}';
/** What any send may hold besides: it changes neither sender nor recipients. */
const COMMON = [
  'Action',
  'Version',
  '(?:Source|ReturnPath|From)Arn',
  'ConfigurationSetName',
  `(?:Tags|DefaultTags)(?:\\.member\\.${NUMBER}\\.(?:Name|Value))?`,
];
const ADDRESSING = ['Source', 'ReturnPath', `ReplyToAddresses(?:\\.member\\.${NUMBER})?`];
const TEMPLATE = ['Template', 'TemplateArn'];
const ONE_DESTINATION = `Destination\\.${TO_CC_BCC}(?:\\.member\\.${NUMBER})?`;

interface Send {
  /** Every name that it may hold. INVARIANT: another one, in any spelling, might be one more way to somebody. */
  readonly names: RegExp;
  readonly read: Read;
}

const SENDS: Readonly<Record<SesSend, Send>> = {
  SendEmail: {
    names: namesOf(...ADDRESSING, ONE_DESTINATION, 'Message\\.(?:Subject|Body\\.(?:Text|Html))\\.(?:Data|Charset)'),
    read: (values) => destined(values, values.get('Message.Subject.Data'), false),
  },
  SendTemplatedEmail: {
    names: namesOf(...ADDRESSING, ...TEMPLATE, ONE_DESTINATION, 'TemplateData'),
    read: (values) => destined(values, undefined, true),
  },
  SendBulkTemplatedEmail: {
    names: namesOf(
      ...ADDRESSING,
      ...TEMPLATE,
      'DefaultTemplateData',
      `Destinations\\.member\\.${NUMBER}\\.Destination\\.${TO_CC_BCC}(?:\\.member\\.${NUMBER})?`,
      `Destinations\\.member\\.${NUMBER}\\.(?:ReplacementTemplateData|ReplacementTags(?:\\.member\\.${NUMBER}\\.(?:Name|Value))?)`,
    ),
    read: bulk,
  },
  SendRawEmail: { names: namesOf('Source', `Destinations(?:\\.member\\.${NUMBER})?`, 'RawMessage\\.Data'), read: raw },
  SendCustomVerificationEmail: {
    names: namesOf('EmailAddress', 'TemplateName'),
    read: (values) => verification(values.get('EmailAddress')),
  },
  SendBounce: {
    names: namesOf(
      'OriginalMessageId',
      'BounceSender(?:Arn)?',
      'Explanation',
      '(?:MessageDsn|BouncedRecipientInfoList)\\.[A-Za-z0-9.]{1,200}',
    ),
    read: bounce,
  },
};

function namesOf(...names: readonly string[]): RegExp {
  return new RegExp(`^(?:${[...COMMON, ...names].join('|')})$`);
}

export function isSesSend(operation: string): operation is SesSend {
  return Object.hasOwn(SENDS, operation);
}

/** 50 entries of 50 recipients each, with room for tags; a limit on work (threat C9). */
const MAX_FIELDS = 5000;

/** `fields` are the parameters of query and body together. Null when any sender or recipient can't be read surely. */
export function readSesQuery(operation: SesSend, fields: readonly FormField[]): readonly MailMessage[] | null {
  const { names, read } = SENDS[operation];
  const values = new Map<string, string>();
  for (const { path, value } of fields) {
    const name = fieldName(path);
    if (!names.test(name) || values.has(name)) return null;
    values.set(name, value);
  }
  return values.size > MAX_FIELDS ? null : read({ get: (name) => values.get(name), lists: listsOf(values) });
}

/** A mail of the API's own to one address, which confirms it. */
export function verification(address: string | undefined): readonly MailMessage[] | null {
  const recipient = address === undefined ? null : readAddress(address);
  if (recipient === null) return null;
  return [{ sender: null, to: [recipient], cc: [], bcc: [], subject: undefined, templated: true }];
}

function destined(values: Values, subject: string | undefined, templated: boolean): readonly MailMessage[] | null {
  const shared = addressing(values, templated);
  const recipients = destination(values, 'Destination.');
  if (shared === null || recipients === null || breaksHeader(subject)) return null;
  return [{ ...shared, ...recipients, subject }];
}

function bulk(values: Values): readonly MailMessage[] | null {
  const shared = addressing(values, true);
  if (shared === null) return null;
  const prefixes = new Set([...values.lists.keys()].map((name) => ENTRY.exec(name)?.[1] ?? ''));
  prefixes.delete('');
  const messages = [...prefixes].map((prefix): MailMessage | null => {
    const recipients = destination(values, `${prefix}Destination.`);
    return recipients === null ? null : { ...shared, ...recipients, subject: undefined };
  });
  const read = messages.filter((message) => message !== null);
  return read.length < messages.length ? null : read;
}

const ENTRY = /^(Destinations\.member\.[0-9]+\.)Destination\./;
const MEMBER = /^(.+)\.member\.[0-9]+$/;

function listsOf(values: ReadonlyMap<string, string>): Values['lists'] {
  const lists = new Map<string, string[]>();
  for (const [key, value] of values) {
    const name = MEMBER.exec(key)?.[1];
    if (name === undefined) continue;
    const members = lists.get(name);
    if (members === undefined) lists.set(name, [value]);
    else members.push(value);
  }
  return lists;
}

type Shared = Pick<MailMessage, 'sender' | 'envelopeSender' | 'replyTo' | 'attachments' | 'templated'>;

function addressing(values: Values, templated: boolean): Shared | null {
  const sender = readAddress(values.get('Source') ?? '');
  const returnPath = values.get('ReturnPath') ?? '';
  const envelopeSender = returnPath === '' ? undefined : readAddress(returnPath);
  const replyTo = list(values, 'ReplyToAddresses');
  if (sender === null || envelopeSender === null || replyTo === null) return null;
  return { sender, ...(envelopeSender === undefined ? {} : { envelopeSender }), replyTo, attachments: [], templated };
}

function destination(values: Values, prefix: string): Pick<MailMessage, 'to' | 'cc' | 'bcc'> | null {
  const [to, cc, bcc] = ['To', 'Cc', 'Bcc'].map((field) => list(values, `${prefix}${field}Addresses`));
  return to && cc && bcc ? { to, cc, bcc } : null;
}

/** Gaps and order do not matter: whoever stands in any member counts. An empty list is written as its bare name. */
function list(values: Values, name: string): readonly MailAddress[] | null {
  if ((values.get(name) ?? '') !== '') return null;
  const found: MailAddress[] = [];
  for (const value of values.lists.get(name) ?? []) {
    const address = readAddress(value);
    if (address === null) return null;
    found.push(address);
  }
  return found;
}

/** `Destinations` are whom it goes to, whatever the message's own fields say; without them those are. `Source` is where bounces go. */
function raw(values: Values): readonly MailMessage[] | null {
  const envelope = list(values, 'Destinations');
  const source = values.get('Source') ?? '';
  return envelope === null ? null : rawMail(values.get('RawMessage.Data'), envelope, source);
}

/** A raw message in base64, which both versions of the API take. `bounces` is empty when the message's own fields say where they go. */
export function rawMail(
  data: string | undefined,
  envelope: readonly MailAddress[],
  bounces: string,
): readonly MailMessage[] | null {
  const bytes = data === undefined ? null : readBase64(data, BASE64);
  const mail = bytes === null ? null : mimeMail(bytes);
  const envelopeSender = bounces === '' ? mail?.envelopeSender : readAddress(bounces);
  if (mail === null || envelopeSender === null) return null;
  return [
    {
      ...mail,
      ...(envelopeSender === undefined ? {} : { envelopeSender }),
      ...(envelope.length === 0 ? {} : { envelope }),
    },
  ];
}

/** It goes to whoever sent the message that it is about. */
function bounce(values: Values): readonly MailMessage[] | null {
  const sender = readAddress(values.get('BounceSender') ?? '');
  if (sender === null) return null;
  return [{ sender, to: [], cc: [], bcc: [], recipientsKnown: false, subject: undefined }];
}
