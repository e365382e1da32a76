// A port for who must be told of it before it is listened on, or who comes back to it.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems hand out by themselves: a port of theirs that was let go soon belongs to a connection of somebody else. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const asked = randomInt(20_000, 32_000);
    const free = await new Promise<boolean>((resolve) => {
      server.on('error', () => resolve(false));
      server.listen(asked, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    const closed = once(server, 'close');
    server.close();
    await closed;
    return asked;
  }
}
