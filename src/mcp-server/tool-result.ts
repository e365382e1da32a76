// What a tool call is answered with: words for the model, the same as data for programs, and failures that say what to do.

import { AskError } from '../client/ask-error.ts';

export interface ToolResult {
  readonly [member: string]: unknown;
  readonly content: { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: { readonly [member: string]: unknown };
  readonly isError?: boolean;
}

const REMEDIES: Readonly<Record<string, string>> = {
  UNREACHABLE: 'Is the gateway running, and is HTTPS_PROXY its address?',
  IDENTITY_REJECTED: "The agent's token is not accepted: whoever runs Interlock can rotate it.",
  NOT_FOUND: 'You see tickets and plans of your own only.',
  QUESTION_LIMIT: 'You ask too often: wait some seconds.',
};

/** Asks, and tells a failure as the tool's own: a model reads it, where a protocol error would end in its host. */
export async function toolResult<T extends object>(asking: () => Promise<T>, words: (answer: T) => string): Promise<ToolResult> {
  try {
    const answer = await asking();
    return { content: [{ type: 'text', text: words(answer) }], structuredContent: Object.fromEntries(Object.entries(answer)) };
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    const remedy = REMEDIES[error.code];
    const text = `Interlock gave no answer (${error.code}): ${error.message}${remedy === undefined ? '' : `\n${remedy}`}`;
    return { content: [{ type: 'text', text }], isError: true };
  }
}
