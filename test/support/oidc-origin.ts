// A real OpenID provider on loopback, with people who sign in by a cookie that a test sets, and a browser that walks through it.

import { createServer, request as ask } from 'node:http';
import { Provider } from 'oidc-provider';

export interface OidcOrigin extends AsyncDisposable {
  readonly issuer: string;
  /** Who signs in next: `sub`, and an address with what the provider says of it. */
  person: { sub: string; email?: string; email_verified?: boolean };
  /** From the authorization URL to the address that the browser is sent back to. */
  authorize(url: string): Promise<string>;
}

export const CLIENT = { id: 'interlock', secret: 'a-secret-for-tests-only-000000000000' };

export async function oidcOrigin(redirectUris: readonly string[]): Promise<OidcOrigin> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const issuer = `http://127.0.0.1:${address.port}`;
  const origin = { person: { sub: 'nobody' } };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['test'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ ...origin.person, sub: id }) }),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));
  return Object.assign(origin, {
    issuer,
    authorize: (url: string) => walk(url, issuer, () => origin.person.sub),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Follows redirects within the provider, filling in its two forms (who, and yes), until it sends the browser away. */
async function walk(start: string, issuer: string, login: () => string): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  let form: string | null = null;
  for (let step = 0; step < 20; step += 1) {
    if (!url.startsWith(`${issuer}/`)) return url;
    const answer = await visit(url, form, jar);
    form = null;
    if (answer.location !== null) url = new URL(answer.location, url).href;
    else {
      const action = /<form[^>]* action="([^"]+)"/.exec(answer.text)?.[1];
      if (action === undefined) throw new Error(`the provider shows no form: ${answer.status} ${answer.text.slice(0, 300)}`);
      const prompt = /name="prompt" value="(\w+)"/.exec(answer.text)?.[1] ?? 'login';
      url = new URL(action, url).href;
      form = prompt === 'login' ? `prompt=login&login=${encodeURIComponent(login())}&password=x` : `prompt=${prompt}`;
    }
  }
  throw new Error('the provider sends the browser round and round');
}

function visit(
  url: string,
  form: string | null,
  jar: Map<string, string>,
): Promise<{ readonly status: number; readonly location: string | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, ...(form === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }) };
    ask(url, { method: form === null ? 'GET' : 'POST', headers, agent: false }, (response) => {
      for (const set of response.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      let text = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => (text += chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? null, text }));
    })
      .on('error', reject)
      .end(form ?? '');
  });
}
