// What a request does to a database, whatever system it is in, and the `database.*` action that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { SqlWork } from '../../classify/sql/sql-work.ts';
import type { RequestView } from '../../http/request-view.ts';

/** One thing that is done. Members that are undefined are facts that the request does not tell. */
export interface DatabaseWork extends SqlWork {
  /** The statement's verb or the API's operation, lower case: `select`, `putitem`. */
  readonly verb?: string | undefined;
  /** Tables, collections, indexes, buckets. Never keys of rows: those may name people. */
  readonly tables?: readonly string[] | undefined;
  /** Rows, documents or keys that the request carries or names. */
  readonly itemCount?: number | undefined;
}

/** Which database, and what holds for the request as a whole. */
export interface DatabasePlace {
  /** The product, lower case: `neon`, `dynamodb`. */
  readonly system: string;
  /** Stands for the host in the resource's id, where many customers share a host (`api.us-east-2.aws.neon.tech`). */
  readonly server?: string | undefined;
  /** As the request names it. Undefined: it does not, and the host stands for its one database. */
  readonly database?: string | undefined;
  readonly dialect?: string | undefined;
  readonly statementCount?: number | undefined;
  /** The server is told to refuse writes. Only where the vendor documents that it does. */
  readonly readOnlyTransaction?: boolean | undefined;
  /** The server is told to check and not to do. Only where the vendor documents that it does. */
  readonly dryRun?: boolean | undefined;
}

const MAX_NAME = 256;
/** A statement over more tables or functions than this names none of them. */
const MAX_NAMES = 200;

export function databaseAction(request: RequestView, place: DatabasePlace, work: DatabaseWork): Action {
  const { database, dialect, statementCount, readOnlyTransaction, dryRun } = place;
  const crowded = [work.tables, work.functions, work.destinations].some((names) => (names?.length ?? 0) > MAX_NAMES);
  const facts: Facts = {
    ...baseFacts(request, work.inspected && !crowded),
    system: place.system,
    ...(dialect === undefined ? {} : { dialect }),
    ...(database === undefined ? {} : { database: name(database) }),
    ...(work.verb === undefined ? {} : { verb: name(work.verb) }),
    ...(work.where === undefined ? {} : { where: work.where }),
    ...(crowded ? {} : namesOf(work)),
    ...(work.itemCount === undefined ? {} : { itemCount: work.itemCount }),
    ...(statementCount === undefined ? {} : { statementCount }),
    ...(readOnlyTransaction === undefined ? {} : { readOnlyTransaction }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
  return {
    name: `database.${work.effect}`,
    resource: databaseResource(request, place),
    parents: databaseParents(request),
    facts,
  };
}

/** `Database::"host/name"`, or `Database::"host"` when the request names none. INVARIANT: the host carries its port unless it is TLS's own. */
function databaseResource(request: RequestView, { server, database }: DatabasePlace): EntityRef {
  const host = hostResource(request).id;
  const place = server !== undefined && host === request.authority.host ? server : host;
  return { type: 'Database', id: database === undefined ? place : `${place}/${name(database)}` };
}

function databaseParents(request: RequestView): EntityRef[] {
  return [hostResource(request), ...hostDomains(request.authority.host)];
}

/** Any other write to a database's API. `inspected` only says that its body could be read. */
export function unknownDatabaseWrite(request: RequestView, place: DatabasePlace, inspected: boolean): Action {
  return databaseAction(request, place, { effect: 'unknown-write', inspected });
}

function namesOf({ tables, functions, destinations }: DatabaseWork): Facts {
  return {
    ...(tables === undefined ? {} : { tables: distinct(tables) }),
    ...(functions === undefined || functions.length === 0 ? {} : { functions: distinct(functions) }),
    ...(destinations === undefined || destinations.length === 0 ? {} : { destinations: distinct(destinations) }),
  };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map(name))].sort();
}

function name(text: string): string {
  return text.slice(0, MAX_NAME).toWellFormed();
}
