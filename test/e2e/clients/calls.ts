// How client programs make the several calls that their argument names, each told by itself, so that one run loads only the SDKs it needs.

import { input, outcome, report } from './report.ts';

const { calls, base } = input();

/** Leads straight to the origin: what an SDK sends when nothing is in between. Undefined: each SDK's own host, through the proxy. */
export const url = typeof base === 'string' ? base : undefined;

/** `[name, given]` for each call, or a name alone. Prints what each came to. */
export async function reportEach(make: (name: string, given: unknown) => Promise<unknown>): Promise<void> {
  await report(async () => {
    const said: unknown[] = [];
    for (const call of Array.isArray(calls) ? calls : []) {
      const [name, given]: readonly unknown[] = Array.isArray(call) ? call : [call];
      said.push(await outcome(() => make(String(name), given)));
    }
    return { said };
  });
}

/** The same for calls by their names. */
export async function reportCalls(known: Readonly<Record<string, (given: string) => Promise<unknown>>>): Promise<void> {
  await reportEach(async (name, given) => {
    const call = known[name];
    if (call === undefined) throw new TypeError(`there is no call ${name}`);
    return call(String(given));
  });
}
