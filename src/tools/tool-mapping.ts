// What tools.yaml says of a tool: the action that a call of it is, and where in its arguments that action's fields stand.

import type { SqlDialect } from '../classify/sql/sql-work.ts';

/** The names on the way to a value: `["message", "to"]`. */
export type Place = readonly string[];

/** `unit`: of an amount, and minor units where it is left out. */
export type Source = { readonly at: Place; readonly unit?: 'major' | 'minor' } | { readonly value: string };

export interface ToolMapping {
  /** As models name it; its name in the file first. */
  readonly names: readonly string[];
  /** `email.send`, `database` … */
  readonly action: string;
  /** By the key in the file. */
  readonly given: Readonly<Record<string, Source>>;
  /** Any argument that is named nowhere makes the call unread. */
  readonly strict: boolean;
  /** The tool's one request passes Interlock as well: it, and not the call, is what budgets count. */
  readonly followed: boolean;
  /** Arguments that a strict mapping lets be there. */
  readonly ignore: readonly Place[];
}

/** `place`: an argument. `either`: an argument or `{value: …}`. `amount`: an argument with its unit. `word`: said in the file itself. */
export type KeyKind = 'place' | 'either' | 'amount' | 'word';

export interface ActionKeys {
  readonly keys: Readonly<Record<string, KeyKind>>;
  readonly required: readonly string[];
  /** Actions that the schema must have for it. */
  readonly becomes: readonly string[];
}

const MAIL: ActionKeys = {
  keys: { to: 'place', cc: 'place', bcc: 'place', sender: 'either', replyTo: 'place', subject: 'place', attachments: 'place' },
  required: ['to'],
  becomes: ['email.send'],
};
const DATABASE: ActionKeys = {
  keys: { dialect: 'word', statement: 'place', database: 'either', server: 'word', system: 'word' },
  required: ['dialect', 'statement'],
  becomes: ['database.read', 'database.unknown-write'],
};
const SHELL: ActionKeys = { keys: { command: 'place' }, required: ['command'], becomes: ['shell.exec'] };
const FETCH: ActionKeys = { keys: { url: 'place' }, required: ['url'], becomes: ['http.read', 'http.write'] };

export const PAYMENT_VERBS = ['refund', 'charge', 'capture', 'payout', 'transfer', 'topup', 'subscribe'] as const;

/** In which a statement can be written. */
export const DIALECTS: Readonly<Record<SqlDialect, true>> = {
  postgresql: true,
  mysql: true,
  sqlite: true,
  bigquery: true,
  snowflake: true,
  databricks: true,
  clickhouse: true,
};

/** Every action that a tool can be mapped to, with the keys that it takes. */
export const MAPPED_ACTIONS: ReadonlyMap<string, ActionKeys> = new Map([
  ['email.send', MAIL],
  ...PAYMENT_VERBS.map((verb) => [`payment.${verb}`, paymentKeys(verb)] as const),
  ['database', DATABASE],
  ['shell.exec', SHELL],
  ['http.read', FETCH],
  ['http.write', FETCH],
]);

/** May the call of a mapped tool be followed by a request that is this action, and be compared with it fact by fact? A URL alone says too little. */
export function isAnnounced(action: string): boolean {
  return action === 'email.send' || action.startsWith('database.') || PAYMENT_VERBS.some((verb) => action === `payment.${verb}`);
}

function paymentKeys(verb: string): ActionKeys {
  return {
    keys: { amountMinor: 'place', amount: 'amount', currency: 'either', counterparty: 'either', account: 'either' },
    required: [],
    becomes: [`payment.${verb}`],
  };
}
