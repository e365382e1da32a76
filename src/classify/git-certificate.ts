// A push certificate (`git push --signed`): the commands stand inside the signed text, where a careless reader never looks.

/** What a certificate commands. */
interface PushCertificate {
  /** `old new ref` lines, one char a byte. */
  readonly lines: readonly string[];
  readonly options: readonly string[];
}

/** The armours that git itself looks for (gpg-interface.c); the last one that starts a line ends the commands. */
const SIGNATURES = [
  '-----BEGIN PGP SIGNATURE-----',
  '-----BEGIN PGP MESSAGE-----',
  '-----BEGIN SIGNED MESSAGE-----',
  '-----BEGIN SSH SIGNATURE-----',
];

/** Reads the payload of the packets between `push-cert` and `push-cert-end`, one char a byte. Null when git would not read it as we do. */
export function readCertificate(text: string): PushCertificate | null {
  const blank = text.indexOf('\n\n');
  if (blank < 0 || text.includes('\0')) return null;
  const headers = text.slice(0, blank).split('\n');
  if (headers[0] !== 'certificate version 0.1') return null;
  const lines = text.slice(blank + 2).split('\n');
  const signature = lines.findIndex((line) => SIGNATURES.some((armour) => line.startsWith(armour)));
  if (signature <= 0) return null;
  const options = headers.filter((line) => line.startsWith('push-option ')).map((line) => line.slice('push-option '.length));
  return { lines: lines.slice(0, signature), options };
}
