// How the client programs of the end-to-end tests say what happened: one line of JSON.

/** The program's one argument, as JSON. */
export function input(): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(process.argv[2] ?? '{}');
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** A field that holds one address or several; none when it is not there. */
export function addresses(value: unknown): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
}

/** Prints what `work` came to. An error is told with the fields that SDKs put on theirs. */
export async function report(work: () => Promise<unknown>): Promise<void> {
  const said = await outcome(work);
  process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0));
}

/** What `work` came to: `{ ok, result }` or `{ ok, error }`. For programs that make several calls. */
export async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { ok: true, result: await work() };
  } catch (error) {
    return { ok: false, error: describe(error) };
  }
}

const FIELDS = ['type', 'rawType', 'code', 'statusCode', 'status', 'details', 'errors', 'requestId', 'data'];

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: 'thrown', message: String(error) };
  const fields = FIELDS.map((name): [string, unknown] => [name, Reflect.get(error, name)]).filter(
    ([, value]) => value !== undefined,
  );
  const response: unknown = Reflect.get(error, 'response');
  const body: unknown =
    typeof response === 'object' && response !== null
      ? (Reflect.get(response, 'body') ?? Reflect.get(response, 'data'))
      : ownBody(error);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { name: error.constructor.name, message: error.message, ...Object.fromEntries(fields), body, cause };
}

/** Some SDKs keep the answer's text on the error itself. */
function ownBody(error: Error): unknown {
  const body: unknown = Reflect.get(error, 'body');
  return typeof body === 'string' ? body : undefined;
}
