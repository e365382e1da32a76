// What a capture is told of one SDK: how it is opened, and the call behind each fixture.

/** What the recorder answers: a plausible success. */
export interface Answer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: `{}`. Anything but text and bytes goes out as JSON. */
  readonly body?: unknown;
}

export interface Vendor {
  /** The provider's folder below `test/fixtures/requests`. */
  readonly folder: string;
  /** The package whose bytes these are. */
  readonly sdk: string;
  /** Fixtures by name, without `.http`. */
  readonly fixtures: readonly string[];
  /** Makes the calls of one fixture, with a client that is opened once. */
  call(fixture: string): Promise<unknown>;
  /** What stands in for the vendor: told the request line, as `POST /v1/things`, and the body. */
  answer(line: string, body: Buffer): Answer;
  /** False for requests that an SDK makes on its way: sign-in, discovery. The last one that is kept is the fixture. */
  keeps(line: string): boolean;
}

interface VendorParts<Client> {
  readonly folder: string;
  readonly sdk: string;
  /** Loads the SDK, which is slow: only when it is captured. */
  readonly open: () => Client | Promise<Client>;
  readonly calls: Readonly<Record<string, (client: Client) => Promise<unknown>>>;
  readonly answer?: (line: string, body: Buffer) => Answer;
  /** Takes away what is not the call itself. */
  readonly skips?: RegExp;
}

export function vendor<Client>({ folder, sdk, open, calls, answer, skips }: VendorParts<Client>): Vendor {
  let client: Promise<Client> | undefined;
  return {
    folder,
    sdk,
    fixtures: Object.keys(calls),
    async call(fixture) {
      client ??= Promise.resolve(open());
      await calls[fixture]?.(await client);
    },
    answer: answer ?? (() => ({})),
    keeps: (line) => skips?.test(line) !== true,
  };
}

/** For SDKs whose types name their enums by TypeScript's names, or ask for more than a call needs. */
export function given(value: unknown): never {
  return value as never;
}
