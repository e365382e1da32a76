// Requests without pause over kept-alive connections, each with a path of its own, until it is told to stop or the proxy is gone.

import type { Interlock, Login } from './interlock.ts';
import { openTls, type RawConnection } from './raw-connection.ts';

export interface Load {
  /** Requests written so far. */
  readonly sent: number;
  /** Paths that were answered so far. */
  readonly answered: readonly string[];
  /** Ends all connections; resolves when none is left. */
  stop(): Promise<void>;
}

/** `GET {prefix}/{n}`, or the other methods in turns, on `connections` connections at once. */
export async function startLoad(
  interlock: Interlock,
  login: Login,
  host: string,
  prefix: string,
  connections: number,
  methods: readonly string[] = ['GET'],
): Promise<Load> {
  let next = 0;
  const answered: string[] = [];
  let stopped = false;
  const open = await Promise.all(Array.from({ length: connections }, () => openTls(interlock, login, `${host}:443`)));
  const run = async (connection: RawConnection): Promise<void> => {
    try {
      while (!stopped) {
        next += 1;
        const path = `${prefix}/${next}`;
        const method = methods[next % methods.length] ?? 'GET';
        connection.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${method === 'GET' ? '' : 'Content-Length: 0\r\n'}\r\n`);
        if ((await connection.answer()).status === 0) return;
        answered.push(path);
      }
    } catch {
      // The proxy was killed: that is what the load is for.
    } finally {
      connection.socket.destroy();
    }
  };
  const all = Promise.all(open.map((connection) => run(connection)));
  return {
    get sent() {
      return next;
    },
    answered,
    async stop() {
      stopped = true;
      await all;
    },
  };
}
