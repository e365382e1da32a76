// The names that tools have, at MCP servers and at models.

const MAX_NAME_CHARACTERS = 256;

/** One that can be shown and compared: anything else is no name that a policy could mean. */
export function isToolName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME_CHARACTERS && name.isWellFormed() && !/\p{Cc}/u.test(name);
}
