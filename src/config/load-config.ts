// Finds interlock.yaml, checks it against the schema, and fills in what it does not say.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InterlockError } from '../errors.ts';
import { canonicalHostKey, parseAddress } from './address.ts';
import type { Address, Config, Listener, ListenerTls, OidcConfig, SinkConfig, SlackConfig, SyslogConfig } from './config.ts';
import { describeIssue, type KnownKeys } from './describe-issue.ts';
import { checkListeners } from './listener-guard.ts';
import type { FileSinks } from './export-schema.ts';
import { type FileConfig, fileSchema } from './schema.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

type FileListener = Pick<FileConfig['console'], 'listen' | 'tls' | 'plaintext'>;
type FileTls = FileListener['tls'];

/**
 * The configuration in force: the file at `path`, else the one that INTERLOCK_CONFIG names, else `./interlock.yaml`, else the
 * defaults. Paths in the file are relative to its folder, defaults to `cwd`.
 * Throws CONFIG_INVALID (with file, line and column) or LISTENER_INSECURE.
 */
export function loadConfig(path: string | null, cwd: string, env: NodeJS.ProcessEnv = process.env): Config {
  const named = path ?? emptyAsNull(env['INTERLOCK_CONFIG']);
  const file = resolve(cwd, named ?? 'interlock.yaml');
  const text = readConfig(file, named === null ? 'optional' : 'named');
  const source = text === null ? null : parseYaml(text, file);
  const config = build(check(source), source === null ? null : file, source === null ? cwd : dirname(file));
  checkListeners(config);
  return config;
}

function readConfig(file: string, need: 'optional' | 'named'): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (need === 'optional' && isMissing(error)) return null;
    const why = isMissing(error) ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    const hint = 'Name an existing file with --config or INTERLOCK_CONFIG, or leave both out to run with the defaults.';
    throw new InterlockError('CONFIG_INVALID', `cannot read the configuration ${file}: ${why}`, { cause: error, hint });
  }
}

function check(source: YamlSource | null): FileConfig {
  const parsed = fileSchema.safeParse(source?.value ?? {});
  if (parsed.success) return parsed.data;
  if (source === null) throw new InterlockError('INTERNAL', 'the defaults do not fit their own schema', { cause: parsed.error });
  const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, source, knownKeys));
  const [first = `${source.file}: not a valid configuration`, ...more] = problems;
  throw new InterlockError('CONFIG_INVALID', first, more.length === 0 ? {} : { hint: `Also: ${more.join('; ')}` });
}

const knownKeys: KnownKeys = (path) => {
  const section = path.reduce<unknown>((schema, step) => stepInto(schema, String(step)), fileSchema);
  return Object.keys(member(unwrapped(section), 'shape') ?? {});
};

/** The schema behind a key: of a mapping with known keys, or of one whose keys are host names. */
function stepInto(schema: unknown, step: string): unknown {
  const inner = unwrapped(schema);
  return member(member(inner, 'shape'), step) ?? member(inner, 'valueType');
}

/** Defaults and optional wrap the schema that they are for. */
function unwrapped(schema: unknown): unknown {
  const inner = member(schema, 'unwrap');
  return typeof inner === 'function' ? unwrapped(Reflect.apply(inner, schema, [])) : schema;
}

function member(value: unknown, key: string): object | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return (typeof found === 'object' && found !== null) || typeof found === 'function' ? found : undefined;
}

function build(data: FileConfig, file: string | null, base: string): Config {
  const path = (text: string): string => resolve(base, text);
  const { proxy, upstream } = data;
  return {
    file,
    proxy: { ...listener(proxy, path), requireAgent: proxy.requireAgent, connectPorts: proxy.connectPorts },
    console: {
      ...listener(data.console, path),
      sessionMinutes: data.console.sessionMinutes,
      oidc: oidc(data.console.oidc, path),
    },
    dataDir: path(data.dataDir),
    certsDir: path(data.certsDir),
    policiesDir: path(data.policiesDir),
    enforcement: data.enforcement,
    shadow: { policiesDir: data.shadow.policiesDir === null ? null : path(data.shadow.policiesDir) },
    upstream: {
      caFiles: upstream.caFiles.map(path),
      hosts: byHost<string, Address>('upstream.hosts', upstream.hosts, (text) => parseAddress(text, { portZero: false })),
      allowAddresses: upstream.allowAddresses,
      proxy: upstream.proxy,
      clientCerts: byHost('upstream.clientCerts', upstream.clientCerts, (pair) => keyPair(pair, path)),
    },
    limits: data.limits,
    approvals: data.approvals,
    slack: data.slack === null ? null : slackOf(data.slack, path),
    ledger: {
      maxWaitMillis: data.ledger.maxWaitMillis,
      checkpoints: { ...data.ledger.checkpoints, files: data.ledger.checkpoints.files.map(path) },
      segments: data.ledger.segments,
      retention: data.ledger.retention,
      export: data.ledger.export.map((sink) => sinkOf(sink, path)),
    },
    log: data.log,
  };
}

function listener(data: FileListener, path: (text: string) => string): Listener {
  const tls = data.tls === undefined ? null : keyPair(data.tls, path);
  return { listen: parseAddress(data.listen, { portZero: true }), tls, plaintext: data.plaintext };
}

function oidc(data: FileConfig['console']['oidc'], path: (text: string) => string): OidcConfig | null {
  if (data === null) return null;
  const { clientSecretFile, redirectUri = null } = data;
  return { ...data, clientSecretFile: clientSecretFile === undefined ? null : path(clientSecretFile), redirectUri };
}

function slackOf(data: NonNullable<FileConfig['slack']>, path: (text: string) => string): SlackConfig {
  return { ...data, botTokenFile: path(data.botTokenFile), signingSecretFile: path(data.signingSecretFile) };
}

function sinkOf({ file, syslog, only, ...sink }: FileSinks[number], path: (text: string) => string): SinkConfig {
  const to = syslog === undefined ? { file: path(file ?? '') } : { syslog: syslogOf(syslog, path) };
  // Kinds that are not given are left out, so that an empty filter passes everything.
  return { ...sink, to, only: Object.fromEntries(Object.entries(only).filter(([, values]) => values !== undefined)) };
}

function syslogOf(data: NonNullable<FileSinks[number]['syslog']>, path: (text: string) => string): SyslogConfig {
  const { caFile, clientCert } = data;
  return {
    ...data,
    caFile: caFile === undefined ? null : path(caFile),
    clientCert: clientCert === undefined ? null : keyPair(clientCert, path),
  };
}

function keyPair(pair: NonNullable<FileTls>, path: (text: string) => string): ListenerTls {
  return { cert: path(pair.cert), key: path(pair.key) };
}

/** Two spellings of one name must not leave it open which of them counts. */
function byHost<T, U>(section: string, data: Readonly<Record<string, T>>, convert: (value: T) => U): Record<string, U> {
  const entries = Object.entries(data).map(([name, value]) => [canonicalHostKey(name) ?? name, convert(value)] as const);
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InterlockError('CONFIG_INVALID', `${section}: "${twice}" stands there in two spellings`);
  return Object.fromEntries(entries);
}

function emptyAsNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
