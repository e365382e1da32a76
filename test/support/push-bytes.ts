// Pushes written by hand, byte for byte: what no honest client sends, and what every one does.

import { FLUSH_PACKET, writePacket } from '../../src/classify/pkt-line.ts';

export const ZERO = '0'.repeat(40);
export const OID_A = 'a'.repeat(40);
export const OID_B = 'b'.repeat(40);
export const CAPABILITIES = ' report-status-v2 side-band-64k object-format=sha1 agent=git/2.39.5';

/** A pack of no objects: what git sends when upstream has them all. */
export const EMPTY_PACK = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex');

/** `lines` are commands; capabilities go behind the first. Strings hold one char a byte. */
export function pushBytes(lines: readonly string[], capabilities = CAPABILITIES, ...tail: readonly Buffer[]): Buffer {
  const packets = lines.map((line, index) => writePacket(index === 0 ? `${line}\0${capabilities}` : line));
  return Buffer.concat([...packets, FLUSH_PACKET, ...tail]);
}

/** A signed push: the commands stand inside the certificate. */
export function signedPushBytes(lines: readonly string[], headers: readonly string[] = [], ...tail: readonly Buffer[]): Buffer {
  const certificate = [
    'certificate version 0.1',
    'pusher A <a@example.com> 1767225600 +0000',
    'nonce 1-a',
    ...headers,
    '',
    ...lines,
    '-----BEGIN PGP SIGNATURE-----',
    'AAAA',
    '-----END PGP SIGNATURE-----',
  ];
  const packets = [...certificate, 'push-cert-end'].map((line) => writePacket(`${line}\n`));
  return Buffer.concat([writePacket(`push-cert\0${CAPABILITIES}`), ...packets, FLUSH_PACKET, ...tail]);
}
