// How agents, users and sessions are kept as text beside the chain, and read back without trust.

import { InterlockError } from '../errors.ts';
import type { AgentRecord, UserRecord } from './directory.ts';

/** One opened session. The key it is kept under is the hash of its token. */
export interface SessionRecord {
  readonly id: string;
  readonly agent: string;
  /** The agent's generation when it was opened: a rotation voids it. */
  readonly generation: number;
  readonly expiresAt: string;
}

export const agentKey = (name: string): string => `agent:${name}`;
export const userKey = (name: string): string => `user:${name}`;
export const sessionKey = (tokenHash: string): string => `session:${tokenHash}`;

export function parseAgent(key: string, text: string): AgentRecord {
  const fields = readObject(key, text);
  const user = fields['user'];
  return {
    name: textField(key, fields, 'name'),
    teams: listField(key, fields, 'teams'),
    user: user === null ? null : textField(key, fields, 'user'),
    tokenHash: textField(key, fields, 'tokenHash'),
    generation: countField(key, fields, 'generation'),
    state: stateField(key, fields),
    createdAt: textField(key, fields, 'createdAt'),
  };
}

export function parseUser(key: string, text: string): UserRecord {
  const fields = readObject(key, text);
  return {
    name: textField(key, fields, 'name'),
    groups: listField(key, fields, 'groups'),
    tokenHash: textField(key, fields, 'tokenHash'),
    state: stateField(key, fields),
    createdAt: textField(key, fields, 'createdAt'),
  };
}

export function parseSession(key: string, text: string): SessionRecord {
  const fields = readObject(key, text);
  return {
    id: textField(key, fields, 'id'),
    agent: textField(key, fields, 'agent'),
    generation: countField(key, fields, 'generation'),
    expiresAt: textField(key, fields, 'expiresAt'),
  };
}

function readObject(key: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw corrupt(key, 'is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corrupt(key, 'is not an object');
  return { ...value };
}

function textField(key: string, fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw corrupt(key, `has no text \`${name}\``);
  return value;
}

function countField(key: string, fields: Readonly<Record<string, unknown>>, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw corrupt(key, `has no whole number \`${name}\``);
  return value;
}

function listField(key: string, fields: Readonly<Record<string, unknown>>, name: string): string[] {
  const value: unknown = fields[name];
  if (!Array.isArray(value)) throw corrupt(key, `has no list \`${name}\``);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw corrupt(key, `has something else than text in \`${name}\``);
    return item;
  });
}

/** Anything but exactly `active` is refused or revoked: a damaged record must not open a door. */
function stateField(key: string, fields: Readonly<Record<string, unknown>>): 'active' | 'revoked' {
  const value = fields['state'];
  if (value === 'active' || value === 'revoked') return value;
  throw corrupt(key, 'has no state');
}

function corrupt(key: string, problem: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder ${problem}`, {
    cause,
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}
