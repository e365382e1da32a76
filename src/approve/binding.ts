// The digest of what an approval is for. Two requests with one binding are the same request to everybody who matters (E35).

import { accountFields, credentialFields, meaningFields } from './binding-headers.ts';
import { readContent } from './binding-content.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Provider } from '../providers/provider.ts';

export interface BindingMaterial {
  readonly agent: string;
  /** Whom it acts for: another person may not be the one who approves. */
  readonly user?: string | null;
  readonly request: RequestView;
  /** Decoded bytes of the whole body; of a provider with `bindingBody` what that made of them. */
  readonly body: Buffer;
  readonly provider: Pick<Provider, 'bindingBody' | 'accountHeaders'> | null;
  /** The ledger's keyed digest: the credential and a short body can be guessed, a plain hash of them too. */
  readonly keyedDigest: (bytes: Buffer | string) => string;
}

/** Changes when the recipe does, so that no grant of an older recipe is ever spent. */
const RECIPE = 'interlock binding 2';

/**
 * Hex digest. Counts: agent, method (real and claimed), scheme, authority, path, query, credential, account, every header field
 * that is not known to mean nothing, decoded body.
 * Does not count: everything an SDK changes on its own from try to try (idempotency keys, trace and retry fields, dates, user agents).
 * INVARIANT: anything that changes where the request goes, as whom, or what it says changes the binding (threat D6).
 */
export function computeBinding({ agent, user = null, request, body, provider, keyedDigest }: BindingMaterial): string {
  const bytes = encodeSections(RECIPE, [
    ['agent', user === null ? [agent] : [agent, user]],
    ['method', [request.method, ...request.claimedMethods]],
    ['place', [request.scheme, request.authority.host, String(request.authority.port), request.path, request.query]],
    ['upgrade', request.upgrade === null ? [] : [request.upgrade]],
    ...meaningFields(request.headers).map(([name, values]) => [`header ${name}`, values] as const),
    ...accountFields(request.headers, provider?.accountHeaders ?? []).map(
      ([name, values]) => [`account ${name}`, values] as const,
    ),
    ...credentialFields(request.headers).map(
      ([name, values]) => [`credential ${name}`, values.map((value) => keyedDigest(`interlock credential ${value}`))] as const,
    ),
    ...contentSections(request, body, provider),
  ]);
  return keyedDigest(bytes);
}

type Section = readonly [label: string, pieces: ReadonlyArray<string | Buffer>];

function contentSections(request: RequestView, body: Buffer, provider: BindingMaterial['provider']): readonly Section[] {
  const types = request.headers.all('content-type');
  if (provider?.bindingBody !== undefined)
    return [
      ['content-type', types],
      ['narrowed', [body]],
    ];
  const content = readContent(types, body);
  return [
    ['content-type', content.types],
    [content.kind, content.pieces],
  ];
}

/**
 * Labelled lists as bytes that only one list of lists gives: every count and every piece is preceded by its length.
 * Without the lengths an agent could move bytes from the path into the query, or from one part into the next, under one approval.
 */
function encodeSections(recipe: string, sections: readonly Section[]): Buffer {
  const chunks: Buffer[] = [];
  const number = (value: number): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    chunks.push(bytes);
  };
  const piece = (value: string | Buffer): void => {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
    number(bytes.length);
    chunks.push(bytes);
  };
  piece(recipe);
  for (const [label, pieces] of sections) {
    piece(label);
    number(pieces.length);
    for (const one of pieces) piece(one);
  }
  return Buffer.concat(chunks);
}
