// Reply of a model's call that is judged: what is refused becomes text in the answer.

import { HeaderList } from './headers.ts';
import type { Reply } from './reply.ts';

export interface CallReply extends Reply {
  /** The sentence of the refusal under way. */
  readonly tell: (sentence: string) => void;
  /** What the model and its client read where the call was. */
  readonly text: string;
}

const MAX_TOOL_CHARACTERS = 100;

/** `asking`: the reply that the model's answer goes to; when its client leaves, the call waits for nobody. */
export function callReply(asking: Pick<Reply, 'onClose'>, tool: string): CallReply {
  let told: string | null = null;
  let headSent = false;
  let entry: string | undefined;
  return {
    tell(sentence) {
      told = sentence;
    },
    get text() {
      const why = told ?? `Interlock: the call could not be judged${entry === undefined ? '' : ` (entry ${entry})`}`;
      return `The call of ${JSON.stringify(tool.slice(0, MAX_TOOL_CHARACTERS).toWellFormed())} was not made. ${why}`;
    },
    get headSent() {
      return headSent;
    },
    inform: () => undefined,
    head(_status, headers) {
      headSent = true;
      entry = new HeaderList(headers).get('interlock-entry');
    },
    write: () => true,
    onDrain: () => undefined,
    end: () => undefined,
    abort: () => undefined,
    onClose: (listener) => asking.onClose(listener),
    switchProtocols: () => null,
  };
}
