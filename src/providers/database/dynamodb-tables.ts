// The names that a table of DynamoDB goes by.

/**
 * A table may be given by its ARN, which may be another account's. Both are named then: a list of what may be used does not match the
 * ARN, and a list of what may not be does match the name.
 */
export function tableNames(name: string): string[] {
  const short = /^arn:[^/]*:table\/([^/]+)/.exec(name)?.[1];
  return short === undefined ? [name] : [name, short];
}
