// What hostile bodies are made of: for each kind of reader the item that costs it most, and what stands around many of them.

/** Where the items go. */
export const GAP = '…';

export interface HostileRecipe {
  /** Its head is used: `slack/hit-post-form`. */
  readonly fixture: string;
  readonly name: string;
  /** With GAP in it; nothing is around the items when it is absent. */
  readonly around?: string;
  readonly join?: string;
  /** Its bytes are the base64 of what is described. */
  readonly base64?: boolean;
  readonly item: (n: number) => string;
  /** How many things that the reader takes one by one are in one item: 1 when absent. */
  readonly holds?: number;
}

const MAIL = 'From: a@b.example\r\nTo: c@d.example\r\n';
const MULTIPART = `${MAIL}Content-Type: multipart/mixed; boundary=B\r\n\r\n`;

export const hostileRecipes: readonly HostileRecipe[] = [
  { fixture: 'resend/hit-send', name: 'nested arrays', around: '{"to":…', item: () => '[' },
  { fixture: 'resend/hit-send', name: 'recipients', around: '{"to":[…]}', join: ',', item: (n) => `"a${n}@b${n}.example"` },
  {
    fixture: 'sendgrid/hit-send',
    name: 'personalizations',
    around: '{"personalizations":[…]}',
    join: ',',
    item: (n) => `{"to":[{"email":"a${n}@b.example"}]}`,
  },
  { fixture: 'resend/hit-send', name: 'recipients in one text', around: '{"to":"…"}', join: ',', item: (n) => `a${n}@b.ex` },
  {
    fixture: 'resend/hit-send',
    name: 'texts of recipients',
    around: '{"to":[…]}',
    join: ',',
    item: (n) => `"${'a@b.ex,'.repeat(900)}a${n}@b.ex"`,
    holds: 901,
  },
  { fixture: 'slack/hit-post-json', name: 'numbers', around: '{"channel":"C1","blocks":[…]}', join: ',', item: () => '1' },
  { fixture: 'resend/hit-send', name: 'one address, comments in comments', around: '{"to":"…"}', item: () => '(a(b' },
  { fixture: 'resend/hit-send', name: 'one address, quotes and at signs', around: '{"to":"…"}', item: () => '\\"@<a@' },
  { fixture: 'stripe/hit-refund', name: 'form keys', join: '&', item: (n) => `k${n}=${n}` },
  { fixture: 'stripe/hit-refund', name: 'form keys in brackets', join: '&', item: (n) => `amount[${n}]=1` },
  { fixture: 'twilio/hit-message', name: 'form keys', join: '&', item: (n) => `k${n}=${n}` },
  { fixture: 'slack/hit-post-form', name: 'mentions that do not end', around: 'channel=C1&text=…', item: () => '<!subteam^A' },
  {
    fixture: 'slack/hit-post-json',
    name: 'blocks',
    around: '{"channel":"C1","blocks":[…]}',
    join: ',',
    item: (n) => `{"text":"<@U${n}>"}`,
  },
  { fixture: 'gitlab-rest/hit-note-that-merges', name: 'quick actions', around: '{"body":"…"}', item: () => '\\n/merge' },
  {
    fixture: 'github-graphql/hit-merge-behind-aliases',
    name: 'aliases',
    around: '{"query":"mutation{…}"}',
    join: ' ',
    item: (n) => `a${n}:addStar(input:{starrableId:1}){clientMutationId}`,
  },
  {
    fixture: 'github-graphql/hit-merge-behind-aliases',
    name: 'short aliases',
    around: '{"query":"mutation{…}"}',
    join: ' ',
    item: (n) => `a${n}:b`,
  },
  {
    fixture: 'github-graphql/hit-merge-behind-aliases',
    name: 'commas before the document',
    around: '{"query":"…{a}"}',
    item: () => ',',
  },
  {
    fixture: 'graphql-anywhere/hit-mutation',
    name: 'comments before the document',
    around: '{"query":"…{a}"}',
    item: () => '#\\n',
  },
  {
    fixture: 'mcp/hit-call-as-notification',
    name: 'arguments',
    around: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{…}}}',
    join: ',',
    item: (n) => `"k${n}":${n}`,
  },
  {
    fixture: 'mcp/hit-call-as-notification',
    name: 'marks of hosts',
    around: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"a":"…"}}}',
    item: () => 'a://b@',
  },
  {
    fixture: 'mcp/hit-call-as-notification',
    name: 'messages',
    around: '[…]',
    join: ',',
    item: (n) => `{"jsonrpc":"2.0","id":${n},"method":"tools/call","params":{"name":"a"}}`,
  },
  {
    fixture: 'neon/hit-select',
    name: 'words of SQL',
    around: '{"query":"SELECT 1 WHERE …1=1","params":[]}',
    item: () => 'a=1 OR ',
  },
  { fixture: 'neon/hit-select', name: 'parentheses of SQL', around: '{"query":"SELECT …","params":[]}', item: () => '(' },
  {
    fixture: 'neon/hit-transaction',
    name: 'texts of SQL',
    around: '{"queries":[…]}',
    join: ',',
    item: (n) => `{"query":"SELECT ${n} WHERE ${'a=1 OR '.repeat(500)}1=1","params":[]}`,
    holds: 501,
  },
  {
    fixture: 'libsql/hit-batch',
    name: 'statements',
    around: '{"requests":[…]}',
    join: ',',
    item: (n) => `{"type":"execute","stmt":{"sql":"SELECT ${n}"}}`,
  },
  { fixture: 'snowflake/hit-select', name: 'words of SQL', around: '{"statement":"SELECT 1 WHERE …1=1"}', item: () => 'a=1 OR ' },
  { fixture: 'gmail/hit-send-media', name: 'header fields', around: `${MAIL}…\r\n\r\nx`, join: '\r\n', item: (n) => `X-${n}: a` },
  {
    fixture: 'gmail/hit-send-media',
    name: 'recipients',
    around: `${MAIL}Cc: …\r\n\r\nx`,
    join: ',\r\n ',
    item: (n) => `a${n}@b.example`,
  },
  {
    fixture: 'gmail/hit-send-media',
    name: 'parts',
    around: `${MULTIPART}…\r\n--B--\r\n`,
    join: '\r\n',
    item: (n) => `--B\r\nContent-Disposition: attachment; filename=${n}\r\n\r\nx`,
  },
  { fixture: 'gmail/hit-send-media', name: 'boundaries that nearly are', around: `${MULTIPART}…`, item: () => '--B \r\n--' },
  {
    fixture: 'gmail/hit-send-media',
    name: 'base64 of dots',
    around: `${MAIL}Content-Transfer-Encoding: base64\r\n\r\n…`,
    item: () => '.\r\n',
  },
  {
    fixture: 'gmail/hit-send-media',
    name: 'attached base64',
    around: `${MAIL}Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n…`,
    item: () => 'QUJD\r\n',
  },
  {
    fixture: 'gmail/hit-send-media',
    name: 'attached quoted-printable',
    around: `${MAIL}Content-Type: a/b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n…`,
    item: () => '=\r\n',
  },
  {
    fixture: 'graph/hit-send-mime',
    name: 'base64 of header fields',
    around: `${MAIL}…\r\n\r\nx`,
    join: '\r\n',
    base64: true,
    item: (n) => `Bcc: a${n}@b.example`,
  },
  {
    fixture: 'mailgun/hit-multipart-recipient-last',
    name: 'parts',
    around: '…\r\n--B--\r\n',
    join: '\r\n',
    item: (n) => `--B\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\n`,
  },
  {
    fixture: 's3/hit-delete-objects',
    name: 'objects',
    around: '<Delete>…</Delete>',
    item: (n) => `<Object><Key>${n}</Key></Object>`,
  },
  {
    fixture: 's3/hit-delete-objects',
    name: 'references',
    around: '<Delete><Object><Key>…</Key></Object></Delete>',
    item: () => '&amp;',
  },
  { fixture: 'route53/hit-upsert', name: 'elements to the bottom', item: () => '<a>' },
  { fixture: 'kubernetes/hit-create-deployment-yaml', name: 'YAML lines', join: '\n', item: (n) => `a${n}: b` },
  { fixture: 'kubernetes/hit-create-deployment-yaml', name: 'YAML brackets', around: 'a: …', item: () => '[' },
  {
    fixture: 'git-push/hit-push-update',
    name: 'commands',
    around: '…0000',
    item: (n) => `0067${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/${String(n).padStart(6, '0')}`,
  },
  {
    fixture: 'elasticsearch/hit-bulk',
    name: 'documents',
    around: '…\n',
    join: '\n',
    item: (n) => `{"index":{"_index":"i","_id":"${n}"}}\n{"a":1}`,
  },
  {
    fixture: 'elasticsearch/hit-bulk',
    name: 'documents with a route',
    around: '…\n',
    join: '\n',
    item: (n) => `{"index":{"_index":"i","routing":"${n}"}}\n{"a":1}`,
  },
  {
    fixture: 'dynamodb/hit-batch-write',
    name: 'keys',
    around: '{"RequestItems":{"orders":[…]}}',
    join: ',',
    item: (n) => `{"DeleteRequest":{"Key":{"id":{"S":"${n}"}}}}`,
  },
  { fixture: 'upstash/hit-pipeline', name: 'commands', around: '[…]', join: ',', item: (n) => `["set","k${n}","1"]` },
  { fixture: 'influxdb/hit-write', name: 'points', join: '\n', item: (n) => `cpu,host=a usage=${n} ${n}` },
  {
    fixture: 'openai/hit-chat',
    name: 'messages',
    around: '{"model":"m","messages":[…]}',
    join: ',',
    item: () => '{"role":"user","content":"a"}',
  },
];
