// What the client asks and hears: the shapes of http://interlock.internal/ in docs/asking.md.

export interface Entity {
  readonly type: string;
  readonly id: string;
}

export type Fact = string | number | boolean | readonly string[];

/** An action in the words of the bundle's schema. */
export interface TypedAsk {
  readonly action: string;
  readonly resource: Entity;
  /** What the resource is in: a Host's Domains are known without. */
  readonly parents?: readonly Entity[];
  readonly facts?: Readonly<Record<string, Fact>>;
}

/** One HTTP/1.1 request as it would be sent: text, or the bytes. */
export interface RawAsk {
  readonly request: string | Uint8Array;
  /** Open the ticket that it would wait for. */
  readonly park?: boolean;
}

export interface McpAsk {
  readonly mcp: {
    readonly server: string;
    readonly tool: string;
    readonly arguments?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

/** A call that a model asks for. */
export interface ToolAsk {
  readonly toolCall: {
    readonly name: string;
    /** The host and the model, as in `api.openai.com/gpt-5`; the host alone where no model is known. */
    readonly model: string;
    /** How the model is asked, as in `openai-chat`; "unknown" if left out. */
    readonly api?: string;
  } & (ToolArguments | ToolInput);
}

export interface ToolArguments {
  /** The value, or the JSON text that the model wrote. */
  readonly arguments?: unknown;
  readonly input?: never;
}

/** Of a tool that takes free text, such as OpenAI's custom tools. */
export interface ToolInput {
  readonly input: string;
  readonly arguments?: never;
}

export type Ask = (TypedAsk | RawAsk | McpAsk | ToolAsk) & {
  /** The caller carries out constraints: then CONSTRAIN is a yes. */
  readonly obligations?: boolean;
};

export type Verdict = 'ALLOW' | 'ALLOW_LOG' | 'CONSTRAIN' | 'WAIT' | 'BLOCK';

export interface AskedTicket {
  readonly id: string;
  readonly state: 'pending' | 'approved' | 'denied' | 'expired' | 'spent';
  readonly reason: string;
  readonly denial: string | null;
  readonly policies: readonly string[];
  readonly grant: boolean;
  readonly approvers: readonly string[];
  readonly secondsLeft: number;
  /** What to do now, in one sentence. */
  readonly next: string;
}

export interface JudgedAction {
  readonly name: string;
  readonly resource: Entity;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly reason: string;
  readonly constraints: readonly string[];
}

export interface DecisionContext {
  /** Missing, with `error`, when an evaluation of several could not be read. */
  readonly verdict?: Verdict;
  readonly policies?: readonly string[];
  readonly reason?: string;
  readonly actions?: readonly JudgedAction[];
  readonly constraints?: readonly string[];
  readonly substitute?: { readonly changed: readonly string[]; readonly actions: readonly JudgedAction[] } | null;
  /** What could not be found out without asking the server. */
  readonly unknown?: 'landing' | 'look-up';
  readonly approvers?: readonly string[];
  readonly ticket?: AskedTicket | null;
  /** A standing grant covers it now, or the approval of the call that announced it. */
  readonly standing?: boolean;
  /** Nothing is enforced now, whatever the verdict says. */
  readonly enforcement?: 'monitor';
  readonly error?: { readonly status: number; readonly code: string; readonly message: string };
  readonly entry?: string;
}

export interface Decision {
  readonly decision: boolean;
  readonly context: DecisionContext;
}

export type Semantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

export interface ActionSearch {
  readonly resource: Entity;
  readonly parents?: readonly Entity[];
  readonly facts?: Readonly<Record<string, Fact>>;
  readonly obligations?: boolean;
}

export interface FoundActions {
  readonly results: ReadonlyArray<{ readonly name: string; readonly properties: Readonly<Record<string, unknown>> }>;
  readonly context: {
    readonly others: ReadonlyArray<{ readonly name: string; readonly verdict: Verdict | null; readonly reason: string }>;
    readonly entry: string;
  };
}
