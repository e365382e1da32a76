// A ClientHello by hand: no key share that works, but every field where it belongs.

const sized = (bytes: number, content: Buffer): Buffer => {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(content.length, 0, bytes);
  return Buffer.concat([length, content]);
};

const extension = (type: number, content: Buffer): Buffer => Buffer.concat([Buffer.of(type >> 8, type & 255), sized(2, content)]);

/** `names` go into one server_name extension each; `fragment` is how much of the handshake one record holds. */
export function clientHello(names: readonly string[], fragment = 16_384): Buffer {
  const server = names.map((name) =>
    extension(0, sized(2, Buffer.concat([Buffer.of(0), sized(2, Buffer.from(name, 'latin1'))]))),
  );
  const versions = extension(43, Buffer.of(2, 3, 4));
  const body = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(32, 7),
    sized(1, Buffer.alloc(32, 9)),
    sized(2, Buffer.of(0x13, 1)),
    sized(1, Buffer.of(0)),
    sized(2, Buffer.concat([...server, versions])),
  ]);
  const handshake = Buffer.concat([Buffer.of(1), sized(3, body)]);
  const records: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += fragment) {
    records.push(Buffer.concat([Buffer.of(0x16, 3, 1), sized(2, handshake.subarray(at, at + fragment))]));
  }
  return Buffer.concat(records);
}
