// Bodies that are made to cost as much as they can: each is about as large as asked, and each has broken somebody's parser.

export interface HostileBody {
  readonly name: string;
  readonly bytes: Buffer;
}

/** `size` bytes each, give or take the last piece (threat C9). */
export function hostileBodies(size: number): HostileBody[] {
  const fill = (piece: string): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
  const numbered = (piece: (n: number) => string, join: string): string => {
    const parts: string[] = [];
    for (let n = 0, length = 0; length < size; n += 1) {
      const part = piece(n);
      parts.push(part);
      length += part.length + join.length;
    }
    return parts.join(join);
  };
  const depth = Math.floor(size / 2);
  const bodies: Record<string, string> = {
    'brackets to the bottom': '['.repeat(size),
    'nested arrays, closed': '['.repeat(depth) + ']'.repeat(depth),
    'nested objects': '{"a":'.repeat(Math.floor(size / 5)),
    'an object of small members': `{${numbered((n) => `"k${n}":${n}`, ',')}}`,
    'an array of small objects': `[${numbered((n) => `{"a":${n}}`, ',')}]`,
    'an array of unlike objects': `[${numbered((n) => `{"k${n}":1}`, ',')}]`,
    'one long string': `{"to":"${fill('a@b.example,')}"}`,
    'a string of escapes': `{"query":"${numbered(() => '\\u0061', '')}"}`,
    'one long number': `{"amount":${fill('9')}}`,
    'spaces before the value': `${fill(' ')}{}`,
    'form keys': numbered((n) => `k${n}=${n}`, '&'),
    'form keys with brackets': numbered((n) => `a[b][c${n}]=${n}`, '&'),
    'the same form key': fill('amount=1&'),
    'percent signs': fill('%41%3D%26'),
    'aliases of one mutation': `{"query":"mutation{${numbered((n) => `a${n}:refundTransaction(input:{id:1}){id}`, ' ')}}"}`,
    'braces of a query': `{"query":"${fill('{a')}"}`,
    fragments: `{"query":"query{...a0} ${numbered((n) => `fragment a${n} on Q{...a${n + 1}}`, ' ')}"}`,
    statements: `{"query":"${fill('SELECT 1;')}"}`,
    'parentheses in SQL': `{"query":"SELECT ${fill('(')}"}`,
    'ORs in SQL': `{"query":"SELECT 1 WHERE ${fill('a=1 OR ')}1=1"}`,
    'addresses with comments': `{"to":"${fill('(a(b(c ')}"}`,
    'quotes of an address': `{"to":"${fill('\\"a\\"@b.example, ')}"}`,
    'lines of JSON': numbered((n) => `{"index":{"_index":"i","_id":"${n}"}}\n{"a":1}`, '\n'),
    'empty lines': fill('\n'),
    'parts of a multipart': numbered((n) => `--B\r\nContent-Disposition: form-data; name="f${n}"\r\n\r\n${n}`, '\r\n'),
    'boundaries that nearly are': fill('\r\n--'),
    elements: `<a>${numbered((n) => `<b>${n}</b>`, '')}</a>`,
    'elements to the bottom': fill('<a>'),
    entities: `<!DOCTYPE a [${numbered((n) => `<!ENTITY e${n} "&e${n - 1};&e${n - 1};">`, '')}]><a>&e9;</a>`,
    attributes: `<a ${numbered((n) => `b${n}="1"`, ' ')}/>`,
    'header lines': `${numbered((n) => `To: a${n}@b.example`, '\r\n')}\r\n\r\nx`,
    'folded header': `To: ${fill('\r\n a')}\r\n\r\nx`,
    packets: fill('0005a'),
    anchors: `a: &a [x,x]\n${numbered((n) => `b${n}: [*a,*a]`, '\n')}`,
    zeros: '\0'.repeat(size),
    'bytes that are no text': Buffer.alloc(size, 0xff).toString('latin1'),
  };
  return Object.entries(bodies).map(([name, text]) => ({ name, bytes: Buffer.from(text, 'latin1').subarray(0, size + 256) }));
}
