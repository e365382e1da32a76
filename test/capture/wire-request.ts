// One HTTP/1.1 request as bytes: cut from a connection, and written as a fixture.

export interface WireRequest {
  /** `POST /v1/things` */
  readonly line: string;
  readonly version: string;
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
  /** Without chunk framing. */
  readonly body: Buffer;
}

const HEAD_END = '\r\n\r\n';

/** The first request of `bytes` and what comes behind it; null while it is not whole. */
export function takeRequest(bytes: Buffer): { readonly request: WireRequest; readonly rest: Buffer } | null {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return null;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const space = first.lastIndexOf(' ');
  const fields = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const valueOf = (wanted: string): string | undefined => fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const behind = bytes.subarray(end + HEAD_END.length);
  const framed =
    valueOf('transfer-encoding') === undefined ? counted(behind, Number(valueOf('content-length') ?? 0)) : unchunked(behind);
  if (framed === null) return null;
  return {
    request: { line: first.slice(0, space), version: first.slice(space + 1), fields, body: framed.body },
    rest: framed.rest,
  };
}

interface Framed {
  readonly body: Buffer;
  readonly rest: Buffer;
}

function counted(bytes: Buffer, length: number): Framed | null {
  return bytes.length < length ? null : { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

function unchunked(bytes: Buffer): Framed | null {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(next) };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** As it stands in a file: its body counted by Content-Length, whatever the SDK framed it with. */
export function requestBytes({ line, version, fields, body }: WireRequest): Buffer {
  const framing = /^(content-length|transfer-encoding)$/i;
  const hasFraming = fields.some(([name]) => framing.test(name));
  const counted = fields.flatMap(([name, value]): string[] => {
    if (!framing.test(name)) return [`${name}: ${value}`];
    return [`${name.toLowerCase() === 'content-length' ? name : 'Content-Length'}: ${body.length}`];
  });
  const added = hasFraming || body.length === 0 ? [] : [`Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from([`${line} ${version}`, ...counted, ...added, '', ''].join('\r\n'), 'latin1'), body]);
}
