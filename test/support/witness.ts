// A witness as c2sp.org/tlog-witness describes it, with a memory that a test may spoil. It speaks plain HTTP on loopback.

import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { holdsConsistency } from '../../src/record/merkle-proof.ts';
import { publicKeyObject } from '../../src/record/signed-note.ts';

export interface Witness {
  readonly url: string;
  /** `<name>+<hint>+<base64>`. */
  readonly verifierKey: string;
  /** What it cosigned last. */
  seen: { size: number; root: string };
  /** Bodies as they came. */
  readonly requests: string[];
  /** In the place of an answer of its own. */
  answer: { readonly status: number; readonly body: string } | null;
  close(): Promise<void>;
}

const NAME = 'witness.example/w1';

/** `log`: origin and raw key (base64) of the log that it trusts. */
export async function startWitness(log: { readonly origin: string; readonly publicKey: string }): Promise<Witness> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const typed = Buffer.concat([Buffer.of(4), raw]);
  const hint = createHash('sha256').update(`${NAME}\n`).update(typed).digest().subarray(0, 4);
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    witness.requests.push(body);
    const { status, body: said } = witness.answer ?? decide(witness, log, body, { privateKey, hint });
    response.writeHead(status, status === 409 ? { 'content-type': 'text/x.tlog.size' } : {}).end(said);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const witness: Witness = {
    url: `http://127.0.0.1:${port}/w`,
    verifierKey: `${NAME}+${hint.toString('hex')}+${typed.toString('base64')}`,
    seen: { size: 0, root: '' },
    requests: [],
    answer: null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return witness;
}

function decide(
  witness: Witness,
  log: { readonly origin: string; readonly publicKey: string },
  body: string,
  own: { readonly privateKey: KeyObject; readonly hint: Buffer },
): { status: number; body: string } {
  const at = body.indexOf('\n\n');
  const [oldLine = '', ...proof] = body.slice(0, at).split('\n');
  const note = body.slice(at + 2);
  const signed = note.slice(0, note.indexOf('\n\n') + 1);
  const [origin, size = '', root = ''] = signed.split('\n');
  const old = Number(/^old (\d+)$/.exec(oldLine)?.[1]);
  if (origin !== log.origin) return { status: 404, body: '' };
  const lines = note
    .slice(signed.length + 1)
    .trimEnd()
    .split('\n');
  const key = publicKeyObject(log.publicKey);
  const holds = lines.some((line) =>
    verify(null, Buffer.from(signed), key, Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(4)),
  );
  if (!holds) return { status: 403, body: '' };
  if (old > Number(size)) return { status: 400, body: '' };
  if (old !== witness.seen.size) return { status: 409, body: `${witness.seen.size}\n` };
  const hash = Buffer.from(root, 'base64').toString('hex');
  const hashes = proof.map((line) => Buffer.from(line, 'base64').toString('hex'));
  if (old > 0 && !holdsConsistency(witness.seen, { size: Number(size), root: hash }, hashes)) return { status: 422, body: '' };
  witness.seen = { size: Number(size), root: hash };
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(1_700_000_000n);
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1700000000\n${signed}`), own.privateKey);
  return { status: 200, body: `— ${NAME} ${Buffer.concat([own.hint, time, signature]).toString('base64')}\n` };
}
