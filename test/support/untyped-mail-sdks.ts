// The mail SDKs that bring no types, with the few calls of them that tests make.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

type Call = (body: object) => Promise<unknown>;

export interface MandrillClient {
  basePath: string;
  readonly messages: { readonly send: Call; readonly sendTemplate: Call; readonly sendRaw: Call };
}

export interface SparkPostClient {
  readonly transmissions: { readonly send: Call };
}

/** `basePath` is the vendor's own until it is set. Errors are returned, not thrown. */
export function mandrillClient(key: string): MandrillClient {
  const create: (key: string) => MandrillClient = require('@mailchimp/mailchimp_transactional');
  return create(key);
}

export function sparkPostClient(key: string, options: object): SparkPostClient {
  const Client: new (key: string, options: object) => SparkPostClient = require('sparkpost');
  return new Client(key, options);
}
