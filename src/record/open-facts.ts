// The facts that the chain shows: what policies turn on and what names no person.

/**
 * Facts that are written as they are: what policies turn on and what names no person. Every other fact (recipients, sender,
 * counterparty, subject, path, query, attachments, and any that a new provider brings) is committed to: a forgotten line here hides
 * too much, never too little. Booleans are always open.
 */
export const OPEN_FACTS: ReadonlySet<string> = new Set([
  'host',
  'port',
  'method',
  'protocol',
  'api',
  'user',
  'session',
  'domains',
  'senderDomain',
  'recipientCount',
  'attachmentCount',
  'attachmentTypes',
  'attachmentBytes',
  'attachmentHosts',
  'replyToDomains',
  'forwardDomains',
  'setting',
  'what',
  'deleteCount',
  'messageCount',
  'operation',
  'ref',
  'refFolded',
  'change',
  'fastForward',
  'amountMinor',
  'currency',
  'currencySource',
  'minorPerMajor',
  'direction',
  'side',
  'asset',
  'assetAmount',
  'amountMajor',
  // ---- repo ----
  'pathCount',
  'contentBytes',
  'sha',
  'mergeMethod',
  'state',
  'setting',
  'permission',
  'hookHost',
  'visibility',
  'gate',
  // ---- database ----
  // ---- mcp ----
  'server',
  'rpc',
  'tool',
  'uriScheme',
  // ---- llm ----
  'model',
  'tools',
  'providerTools',
  'toolHosts',
  'fetchHosts',
  'maxTokens',
  'messageCount',
  // ---- message ----
  'service',
  'channelCount',
  // ---- cloud ----
  'provider',
  'service',
  'region',
  'targetCount',
  // ---- publish ----
  // ---- dns ----
  'zone',
  'types',
  'changes',
  'changeCount',
  // ---- file ----
  'destination',
  'bytes',
  'count',
  // ---- graphql ----
  'field',
  'times',
]);
