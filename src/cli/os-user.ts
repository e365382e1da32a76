// Who runs the command, as the operating system says.

import { userInfo } from 'node:os';

/** sudo says who was there before; whoever is root could say anything. Null when the system has no name for it. */
export function osUser(env: NodeJS.ProcessEnv): string | null {
  try {
    const { username, uid } = userInfo();
    const sudo = env['SUDO_USER'];
    const name = uid === 0 && sudo !== undefined && sudo !== '' ? `${username} (sudo ${sudo})` : username;
    return name.slice(0, 128);
  } catch {
    return null;
  }
}
