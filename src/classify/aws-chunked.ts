// aws-chunked: the framing that S3's SDKs put inside a body. Taken off to judge the payload; what is forwarded keeps it (it is signed).

export type Deframed = { readonly bytes: Buffer; readonly problem: null } | { readonly bytes: null; readonly problem: string };

/** `400;chunk-signature=0123…`: a size in hex and perhaps a signature, nothing else. */
const CHUNK_HEAD = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=[0-9a-f]{64,144}\*{0,2})?$/;
const TRAILER = /^x-amz-[a-z0-9-]{1,60}:[^\r\n]{0,200}$/;
const MAX_LINE_BYTES = 512;
/** Real clients send chunks of 8 KiB and more. */
const MAX_CHUNKS = 2000;
const MAX_TRAILERS = 8;

/**
 * The payload of a whole aws-chunked body. INVARIANT: any byte that is not the framing AWS documents is a problem, so that nothing hides
 * in chunk extensions or behind the last chunk. `declared` is `x-amz-decoded-content-length`, or null when absent.
 */
export function deframeAwsChunked(bytes: Buffer, declared: number | null): Deframed {
  const parts: Buffer[] = [];
  let at = 0;
  let size = 0;
  for (let chunks = 0; chunks <= MAX_CHUNKS; chunks += 1) {
    const line = readLine(bytes, at);
    const head = line === null ? null : CHUNK_HEAD.exec(line);
    if (line === null || head === null) return unsure('a chunk of the aws-chunked body has no readable head');
    at += line.length + 2;
    const length = Number.parseInt(head[1] ?? '', 16);
    if (length === 0) {
      if (!endsWell(bytes, at)) return unsure('something follows the last chunk of the aws-chunked body');
      return declared !== null && declared !== size
        ? unsure('the aws-chunked body is not as long as it says')
        : { bytes: Buffer.concat(parts, size), problem: null };
    }
    if (at + length + 2 > bytes.length || bytes[at + length] !== 0x0d || bytes[at + length + 1] !== 0x0a)
      return unsure('a chunk of the aws-chunked body is not as long as it says');
    parts.push(bytes.subarray(at, at + length));
    size += length;
    at += length + 2;
  }
  return unsure(`the aws-chunked body has more than ${MAX_CHUNKS} chunks`);
}

/** Trailers (`x-amz-checksum-crc32:…`), then an empty line, or nothing at all: SDKs differ on the last CRLF. */
function endsWell(bytes: Buffer, from: number): boolean {
  let at = from;
  for (let trailers = 0; trailers <= MAX_TRAILERS; trailers += 1) {
    if (at === bytes.length) return true;
    const line = readLine(bytes, at);
    if (line === null) return false;
    at += line.length + 2;
    if (line === '') return at === bytes.length;
    if (!TRAILER.test(line)) return false;
  }
  return false;
}

/** Without its CRLF; null when there is none within reach. Latin-1, so that a character is a byte. */
function readLine(bytes: Buffer, at: number): string | null {
  const end = bytes.subarray(at, at + MAX_LINE_BYTES).indexOf('\r\n', 0, 'latin1');
  return end === -1 ? null : bytes.toString('latin1', at, at + end);
}

function unsure(problem: string): Deframed {
  return { bytes: null, problem };
}
