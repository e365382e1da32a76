// One way out: learns which protocol an origin speaks, keeps its connections, and sends each exchange over the right one.

import type { ClientHttp2Session } from 'node:http2';
import type { Pool } from 'undici';
import { InterlockError } from '../errors.ts';
import type { Dialed, Dialer } from './dialer.ts';
import type { Outgoing, ResponseSink, Upstream } from './outgoing.ts';
import { createHttp1Client, createHttp1Pool, dispatchHttp1, upstreamError } from './upstream-http1.ts';
import { openHttp2Session, sendHttp2 } from './upstream-http2.ts';

/** Origins times principals whose connections are kept; of the oldest, one that carries nothing is closed first. */
const MAX_ROUTES = 1024;
/** How many of the oldest are looked at for an idle one. */
const EVICTION_LOOKS = 64;

type Route = { readonly kind: 'http1'; readonly pool: Pool } | { readonly kind: 'http2'; readonly session: ClientHttp2Session };

type Protocol = 'h2' | 'http/1.1';

export function createUpstream(dialer: Dialer): Upstream {
  const routes = new Map<string, Route>();
  const opening = new Map<string, Promise<Route>>();
  const learnt = new Map<string, Protocol>();

  const dial = (outgoing: Outgoing, alpn: readonly string[]): Promise<Dialed> =>
    dialer.dial(outgoing.authority, { secure: outgoing.scheme === 'https', alpn });

  const keep = (key: string, route: Route): void => {
    routes.set(key, route);
    if (routes.size <= MAX_ROUTES) return;
    const [name, old] = evictable(routes);
    routes.delete(name);
    closeRoute(old); // gracefully: what is under way on it ends first
  };

  const openRoute = async (key: string, outgoing: Outgoing): Promise<Route> => {
    const origin = originKey(outgoing);
    const known = outgoing.scheme === 'http' ? 'http/1.1' : learnt.get(origin);
    // Dialling first keeps the answer to "which protocol?" and the first connection one and the same handshake.
    let first: Dialed | null = known === 'http/1.1' ? null : await dial(outgoing, ['h2', 'http/1.1']);
    if (outgoing.scheme === 'https' && first !== null) remember(learnt, origin, first.protocol === 'h2' ? 'h2' : 'http/1.1');
    if (first !== null && first.protocol === 'h2') {
      const session = openHttp2Session(outgoing, first.socket, () => {
        const route = routes.get(key);
        if (route?.kind === 'http2' && route.session === session) routes.delete(key);
      });
      return { kind: 'http2', session };
    }
    const pool = createHttp1Pool(outgoing, () => {
      const seeded = first;
      first = null;
      return seeded !== null && !seeded.socket.destroyed ? Promise.resolve(seeded) : dial(outgoing, ['http/1.1']);
    });
    // A second look at the protocol when connecting fails: an origin may have moved on.
    pool.on('connectionError', () => learnt.delete(origin));
    return { kind: 'http1', pool };
  };

  const routeFor = (key: string, outgoing: Outgoing): Promise<Route> => {
    const pending = opening.get(key);
    if (pending !== undefined) return pending;
    const promise = openRoute(key, outgoing).then(
      (route) => {
        opening.delete(key);
        keep(key, route);
        return route;
      },
      (error: unknown) => {
        opening.delete(key);
        throw error;
      },
    );
    opening.set(key, promise);
    return promise;
  };

  const sendAlone = (outgoing: Outgoing, sink: ResponseSink): void => {
    // WebSocket is an HTTP/1.1 upgrade; an approved request goes over a connection that nobody used before.
    const client = createHttp1Client(outgoing, () => dial(outgoing, outgoing.scheme === 'https' ? ['http/1.1'] : []));
    dispatchHttp1(
      client,
      outgoing,
      closingAfter(sink, () => void client.close().catch(() => undefined)),
    );
  };

  return {
    send(outgoing, sink) {
      if (outgoing.upgrade !== null || outgoing.fresh) {
        sendAlone(outgoing, sink);
        return;
      }
      const key = routeKey(outgoing);
      const route = routes.get(key);
      if (route !== undefined && usable(route)) {
        sendOver(route, outgoing, sink);
        return;
      }
      routeFor(key, outgoing).then(
        (opened) => sendOver(opened, outgoing, sink),
        (error: unknown) => sink.fail(upstreamError(error)),
      );
    },
    stats() {
      const counts = { pools: 0, http2Sessions: 0, open: 0, busy: 0 };
      for (const route of routes.values()) count(route, counts);
      return counts;
    },
    async close() {
      const all = [...routes.values()];
      routes.clear();
      await Promise.allSettled(
        all.map((route) => (route.kind === 'http1' ? route.pool.destroy() : Promise.resolve(route.session.destroy()))),
      );
    },
  };
}

function evictable(routes: ReadonlyMap<string, Route>): [string, Route] {
  const oldest = [...routes.entries().take(EVICTION_LOOKS)];
  const idle = oldest.find(([, route]) => route.kind === 'http1' && route.pool.stats.running === 0);
  const chosen = idle ?? oldest[0];
  if (chosen === undefined) throw new InterlockError('INTERNAL', 'there is no route to close');
  return chosen;
}

function count(route: Route, counts: { pools: number; http2Sessions: number; open: number; busy: number }): void {
  if (route.kind === 'http2') {
    counts.http2Sessions += 1;
    counts.open += 1;
    return;
  }
  counts.pools += 1;
  counts.open += route.pool.stats.connected;
  counts.busy += route.pool.stats.running;
}

function sendOver(route: Route, outgoing: Outgoing, sink: ResponseSink): void {
  if (route.kind === 'http1') dispatchHttp1(route.pool, outgoing, sink);
  else sendHttp2(route.session, outgoing, sink);
}

function usable(route: Route): boolean {
  return route.kind === 'http1' ? !route.pool.destroyed && !route.pool.closed : !route.session.destroyed && !route.session.closed;
}

function closeRoute(route: Route): void {
  if (route.kind === 'http1') void route.pool.close().catch(() => undefined);
  else route.session.close();
}

/** INVARIANT: never shared between principals, schemes, names or ports (threat E3). The length keeps a name from imitating a border. */
function routeKey(outgoing: Outgoing): string {
  const { principal } = outgoing;
  return `${principal.length}:${principal}${originKey(outgoing)}`;
}

function originKey(outgoing: Outgoing): string {
  return `${outgoing.scheme}|${outgoing.authority.host}|${outgoing.authority.port}`;
}

function remember(learnt: Map<string, Protocol>, origin: string, protocol: Protocol): void {
  if (learnt.size >= 10_000) learnt.clear(); // only a cache: what is forgotten is learnt again
  learnt.set(origin, protocol);
}

function closingAfter(sink: ResponseSink, close: () => void): ResponseSink {
  return {
    begin: (flow) => sink.begin(flow),
    inform: (status, headers) => sink.inform(status, headers),
    head: (status, headers, last) => sink.head(status, headers, last),
    data: (chunk) => sink.data(chunk),
    end(trailers) {
      sink.end(trailers);
      close();
    },
    fail(error: InterlockError) {
      sink.fail(error);
      close();
    },
    switched: (headers, socket) => sink.switched(headers, socket),
  };
}
