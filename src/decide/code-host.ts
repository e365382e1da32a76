// The vendors of code hosts whose API for pull requests Interlock knows, as constraints.yaml names them.

export const CODE_HOSTS = ['github', 'gitlab', 'bitbucket', 'azure-devops', 'gitea', 'none'] as const;

/** `gitea` is Forgejo too; `none` has no pull requests that Interlock could open, and is not asked. */
export type CodeHost = (typeof CODE_HOSTS)[number];

/** Host names (lower case, without a port) of servers whose vendor their name does not tell. */
export type CodeHosts = ReadonlyMap<string, CodeHost>;

export function codeHostOf(text: string | null): CodeHost | null {
  return CODE_HOSTS.find((one) => one === text) ?? null;
}
