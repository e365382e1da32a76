// An action is what an exchange would do: a Cedar action, the resource it acts on, and the facts that policies read.

/** A Cedar entity uid. Built from typed values, never from policy text (threat D17). */
export interface EntityRef {
  readonly type: string;
  readonly id: string;
}

/** Cedar values are kept to what cannot be misread: no nested records, no `__entity` objects, no floats. */
export type Fact = string | number | boolean | readonly string[];
export type Facts = Readonly<Record<string, Fact>>;

/** What Interlock itself knows beside the request: `context.plan`. INVARIANT: nothing that an agent wrote becomes one (threat D17). */
export type OwnRecord = Facts;
export type OwnRecords = Readonly<Record<string, OwnRecord>>;

export interface Action {
  /** `family.verb`, for instance `email.send`. */
  readonly name: string;
  readonly resource: EntityRef;
  /** Ancestors that the resource has by construction: a Host's Domains, a Repo's Owner. */
  readonly parents: readonly EntityRef[];
  /** Always with `host`, `method`, `path` and `inspected`; `user` and `session` are added when judged. */
  readonly facts: Facts;
  /** Done by a request that passes here too, and is counted there: what a tool does of which the bundle says so. Never of a request itself. */
  readonly followed?: true;
  /** Digest of the bundle whose tools.yaml read it in a model's call. INVARIANT: no other bundle judges it. Absent: no bundle has a say in what it is. */
  readonly readBy?: string;
  /** Filled just before it is judged; no provider does. */
  readonly own?: OwnRecords;
}

/** The facts that every action carries. */
export interface BaseFacts {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly inspected: boolean;
}
