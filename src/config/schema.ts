// The schema of interlock.yaml as it is written: what may stand where, and what stands there when nothing does.

import { z } from 'zod';
import { exportSinks } from './export-schema.ts';
import { retention, segments } from './retention-schema.ts';
import { ADDRESS_EXPECTED, CIDR_EXPECTED, canonicalHostKey, HOST_EXPECTED, isCidr, parseAddress } from './address.ts';

const MIB = 1024 * 1024;

const filePath = z.string().min(1, 'expected a path').describe('A path; relative ones start at the folder of this file.');

const listenAddress = z.string().refine((text) => isAddress(text, true), { error: `expected ${ADDRESS_EXPECTED}` });

const targetAddress = z.string().refine((text) => isAddress(text, false), { error: `expected ${ADDRESS_EXPECTED}` });

const hostKey = z.string().refine((text) => canonicalHostKey(text) !== null, { error: `expected ${HOST_EXPECTED}` });

const keyPair = z
  .strictObject({
    cert: filePath.describe('PEM file with the certificate and its chain.'),
    key: filePath.describe('PEM file with the private key.'),
  })
  .describe('A certificate and its private key.');

const port = whole(1, 65_535);

const listenerKeys = {
  tls: keyPair.optional().describe('Serve this listener over TLS.'),
  plaintext: z.boolean().default(false).describe('Say yes to plain text on an address that is not loopback.'),
};

const proxy = z.strictObject({
  listen: listenAddress.default('127.0.0.1:8080').describe('Where agents connect.'),
  requireAgent: z.boolean().default(true).describe('Refuse (407) who shows no agent token.'),
  connectPorts: z.array(port).default([443]).describe('Ports that CONNECT may name.'),
  ...listenerKeys,
});

const webAddress = z
  .string()
  .refine(isWebAddress, { error: 'expected an https URL without query or fragment (http only on loopback)' });

const oidc = z.strictObject({
  issuer: webAddress.describe('The issuer, exactly as its metadata names it.'),
  clientId: z.string().min(1).describe('What the provider calls this console.'),
  clientSecretFile: filePath.optional().describe('File with the client secret; without one the client is public.'),
  redirectUri: webAddress.optional().describe("This console's /v1/oidc/callback as browsers reach it; its name is answered to."),
  name: z.string().min(1).max(64).default('Single sign-on').describe('What the button says.'),
});

const consoleListener = z.strictObject({
  listen: listenAddress.default('127.0.0.1:8081').describe('Where operators and approvers connect; the proxy never dials it.'),
  sessionMinutes: whole(1, 1440)
    .default(60)
    .describe('How long a sign-in lasts at most; fifteen minutes without a request end it sooner.'),
  oidc: oidc.nullable().default(null).describe('Sign-in with an OpenID Connect provider, besides tokens.'),
  ...listenerKeys,
});

const upstream = z.strictObject({
  caFiles: z.array(filePath).default([]).describe("PEM files with roots trusted besides the system's."),
  hosts: z
    .record(hostKey, targetAddress)
    .default({})
    .describe('Where a name really is, like `curl --connect-to`. The certificate is still checked for the name.'),
  allowAddresses: z
    .array(z.string().refine(isCidr, { error: `expected ${CIDR_EXPECTED}, with no bits set behind the prefix` }))
    .default([])
    .describe('Non-public CIDR blocks that the address guard lets through.'),
  proxy: z
    .string()
    .refine(isProxyUrl, { error: 'expected the URL of a proxy, such as http://proxy.example.com:3128' })
    .nullable()
    .default(null)
    .describe('A parent proxy for everything that leaves.'),
  clientCerts: z
    .record(hostKey, keyPair)
    .default({})
    .describe('Client certificates by host, for upstreams that ask for one (mTLS).'),
});

const limits = z.strictObject({
  inspectBytes: whole(1, 256 * MIB)
    .default(MIB)
    .describe('The most of one request body that is read for judging.'),
  bodyMemoryBytes: whole(1, 64 * 1024 * MIB)
    .default(256 * MIB)
    .describe('All bodies held in memory at once.'),
  toolCallBytes: whole(1, 16 * MIB)
    .default(MIB)
    .describe("The most of one call's arguments in a model's answer; a longer call is not passed on."),
  connections: whole(1, 1_000_000).default(2000).describe('Open client connections in all.'),
  tickets: whole(1, 1_000_000).default(1000).describe('Open tickets in all.'),
  ticketsPerAgent: whole(1, 1_000_000).default(50).describe('Open tickets of one agent.'),
});

const approvals = z.strictObject({
  holdSeconds: whole(0, 3600).default(50).describe('How long a parked request is held open before it is answered.'),
  ticketSeconds: whole(1, 2_592_000).default(86_400).describe('How long a ticket stays open.'),
  grantSeconds: whole(1, 86_400).default(900).describe('How long an approval with nobody connected may be used, once.'),
});

const slack = z
  .strictObject({
    botTokenFile: filePath.describe('File (mode 0600) with the bot token, `xoxb-…`.'),
    signingSecretFile: filePath.describe("File (mode 0600) with the app's signing secret."),
    channels: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'expected the name of a group' }),
        z.string().regex(/^[CG][A-Z0-9]{2,63}$/, { error: 'expected the id of a Slack channel, such as C012AB3CD' }),
      )
      .describe('The channel (its id) in which each approver group is asked.'),
    apiUrl: z
      .string()
      .refine((text) => isWebAddress(text) && text.endsWith('/'), {
        error: 'expected an https URL that ends in / (http only on loopback)',
      })
      .default('https://slack.com/api/')
      .describe("Where Slack's Web API is."),
    publicUrl: z
      .string()
      .refine((text) => isWebAddress(text) && text.endsWith('/'), {
        error: 'expected an https URL that ends in / (http only on loopback)',
      })
      .nullable()
      .default(null)
      .describe('The console as Slack and approvers reach it; its name is answered to, and cards link to it.'),
  })
  .nullable()
  .default(null);

const shadow = z.strictObject({
  policiesDir: filePath.nullable().default(null).describe('A candidate bundle: what it would decide otherwise is recorded.'),
});

const checkpoints = z.strictObject({
  everySeconds: whole(1, 86_400).default(300).describe('How often a checkpoint goes out, when there are new entries.'),
  files: z
    .array(filePath)
    .max(8)
    .default([])
    .describe('Files on another volume or an append-only mount that checkpoints are added to.'),
  witnesses: z
    .array(
      z.strictObject({
        url: webAddress.describe('Submission prefix; `/add-checkpoint` is added.'),
        key: z
          .string()
          .regex(/^[^ +]{1,512}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/, 'expected a verifier key: <name>+<8 hex digits>+<base64>')
          .describe('Its verifier key, as it publishes it.'),
      }),
    )
    .max(8)
    .default([])
    .describe('Witnesses (c2sp.org/tlog-witness) that cosign checkpoints.'),
});

const ledger = z
  .strictObject({
    maxWaitMillis: whole(50, 600_000)
      .default(5000)
      .describe('The longest that a request waits for the disk; over it the request is refused (503), and nothing leaves.'),
    checkpoints: checkpoints.prefault({}).describe('Where checkpoints go, so that a ledger that was cut or rebuilt is found.'),
    segments: segments.describe('Old entries move into sealed, compressed files: docs/retention.md. null: they stay.'),
    retention: retention.prefault({}).describe('When sealed segments are dropped for good; held ones never are.'),
    export: exportSinks,
  })
  .refine(
    ({ segments: sealed, retention: { keepDays, keepBytes } }) => sealed !== null || (keepDays === null && keepBytes === null),
    {
      path: ['retention'],
      error: 'only sealed segments are dropped: set ledger.segments too',
    },
  );

const log = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The least important line that is logged.'),
});

/** INVARIANT: no section takes a key that it does not know (a misspelt guard must not be a missing guard). */
export const fileSchema = z
  .strictObject({
    proxy: proxy.prefault({}).describe('The listener that agents use.'),
    console: consoleListener.prefault({}).describe('The listener for operators and approvers.'),
    dataDir: filePath.default('./data').describe('The ledger, the tickets and the control socket.'),
    certsDir: filePath.default('./certs').describe('ca.pem and ca-key.pem, made on first run.'),
    policiesDir: filePath.default('./policies').describe('The bundle: schema, policies, entities and constraints.'),
    enforcement: z
      .enum(['enforce', 'monitor'])
      .default('enforce')
      .describe('`monitor`: everything is judged and recorded and NOTHING is enforced. Read at the start only.'),
    shadow: shadow.prefault({}).describe('What is judged beside the bundle in force, and never decides.'),
    upstream: upstream.prefault({}).describe('How the outside world is reached.'),
    limits: limits.prefault({}).describe('Bounds.'),
    approvals: approvals.prefault({}).describe('Tickets and grants.'),
    slack: slack.describe('Sign-off in Slack, besides the console.'),
    ledger: ledger.prefault({}).describe('The ledger.'),
    log: log.prefault({}).describe('Logging.'),
  })
  .describe('Configuration of Interlock (interlock.yaml).');

export type FileConfig = z.output<typeof fileSchema>;

function whole(least: number, most: number): z.ZodInt {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

function isAddress(text: string, portZero: boolean): boolean {
  try {
    parseAddress(text, { portZero });
    return true;
  } catch {
    return false;
  }
}

/** RFC 8252 §7.3 and OpenID Connect allow plain http on loopback only. */
function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(text);
  if (search !== '' || hash !== '' || username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' && url.pathname === '/' && url.search === ''
  );
}
