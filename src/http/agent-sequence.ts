// `Interlock-Seq`: an agent may number its requests, so that one that never reached the ledger is missed there. It never travels on.

export const AGENT_SEQUENCE_FIELD = 'interlock-seq';

/** The number, from 1 on; null when there is none, or not exactly one plain number: then the gap tells. */
export function agentSequence(values: readonly string[]): number | null {
  const [value = ''] = values;
  return values.length === 1 && /^[1-9][0-9]{0,14}$/.test(value) ? Number(value) : null;
}
