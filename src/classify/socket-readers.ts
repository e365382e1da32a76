// Who reads the messages of an upgraded connection.

import type { RequestView } from '../http/request-view.ts';
import type { Provider } from '../providers/provider.ts';
import type { SocketReader } from '../providers/socket-reader.ts';
import { hostIndex } from './host-index.ts';
import { PROVIDERS } from './provider-list.ts';

export interface NamedReader {
  readonly provider: Provider;
  readonly reader: SocketReader;
}

export type ReadersOf = (request: RequestView) => readonly NamedReader[];

/** Every provider of the host that reads its messages, in the order in which they are asked. Throws only what a provider throws. */
export function socketReaders(providers: readonly Provider[]): ReadersOf {
  const providersOf = hostIndex(providers);
  return (request) =>
    providersOf(request.authority.host).candidates.flatMap((provider) => {
      const reader = provider.socket?.(request) ?? null;
      return reader === null ? [] : [{ provider, reader }];
    });
}

export const readersOf: ReadersOf = socketReaders(PROVIDERS);
