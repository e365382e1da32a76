// PostgreSQL's statements that are no queries, by the name of their node: what sort of harm each can do.

import type { DatabaseEffect } from './sql-work.ts';

type Utilities = ReadonlyMap<string, readonly [effect: DatabaseEffect, verb: string]>;

function utilities(groups: ReadonlyArray<readonly [DatabaseEffect, string]>): Utilities {
  const map = new Map<string, readonly [DatabaseEffect, string]>();
  for (const [effect, names] of groups) {
    for (const name of names.split(/\s+/).filter((one) => one !== '')) map.set(name, [effect, verbOf(name)]);
  }
  return map;
}

const VERBS: Readonly<Record<string, string>> = {
  CreateStmt: 'create table',
  ViewStmt: 'create view',
  IndexStmt: 'create index',
  RuleStmt: 'create rule',
  VariableShowStmt: 'show',
};

/** `CreateTrigStmt` is `create trig`: PostgreSQL's own word for it. */
function verbOf(kind: string): string {
  return (
    VERBS[kind] ??
    kind
      .replace(/Stmt$/, '')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase()
  );
}

/** A kind that is not here, and that `postgres-statements.ts` does not read itself, is not known. */
export const UTILITIES: Utilities = utilities([
  ['read', 'VariableShowStmt'],
  ['transaction', 'LockStmt ConstraintsSetStmt ListenStmt UnlistenStmt DiscardStmt DeallocateStmt ClosePortalStmt FetchStmt'],
  [
    'schema',
    `CreateStmt AlterTableStmt DropStmt IndexStmt ViewStmt RenameStmt CreateSeqStmt AlterSeqStmt CreateSchemaStmt CreateFunctionStmt
    AlterFunctionStmt CreateTrigStmt CreateEnumStmt AlterEnumStmt CompositeTypeStmt CreateDomainStmt AlterDomainStmt CreateRangeStmt
    DefineStmt CommentStmt RuleStmt CreateStatsStmt AlterStatsStmt AlterObjectSchemaStmt AlterObjectDependsStmt CreateCastStmt
    CreateConversionStmt CreateOpClassStmt CreateOpFamilyStmt AlterOpFamilyStmt AlterOperatorStmt AlterTypeStmt RefreshMatViewStmt
    CreateTransformStmt AlterCollationStmt CreateTableAsStmt`,
  ],
  [
    'grant',
    `GrantStmt GrantRoleStmt AlterDefaultPrivilegesStmt CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt AlterOwnerStmt
    CreatePolicyStmt AlterPolicyStmt ReassignOwnedStmt DropOwnedStmt SecLabelStmt`,
  ],
  [
    'admin',
    `DoStmt AlterSystemStmt VacuumStmt ReindexStmt ClusterStmt CheckPointStmt LoadStmt CreatedbStmt DropdbStmt AlterDatabaseStmt
    AlterDatabaseSetStmt AlterDatabaseRefreshCollStmt CreateExtensionStmt AlterExtensionStmt AlterExtensionContentsStmt CreateFdwStmt
    AlterFdwStmt CreateForeignServerStmt AlterForeignServerStmt CreateForeignTableStmt ImportForeignSchemaStmt CreateUserMappingStmt
    AlterUserMappingStmt DropUserMappingStmt CreatePublicationStmt AlterPublicationStmt CreateSubscriptionStmt AlterSubscriptionStmt
    DropSubscriptionStmt CreateEventTrigStmt AlterEventTrigStmt CreatePLangStmt CreateTableSpaceStmt DropTableSpaceStmt
    AlterTableSpaceOptionsStmt AlterTableMoveAllStmt CreateAmStmt NotifyStmt`,
  ],
]);

/** Settings that neither widen what may be done nor change how a text is read. */
export const HARMLESS_SETTINGS: ReadonlySet<string> = new Set([
  'timezone',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'transaction_timeout',
  'application_name',
  'extra_float_digits',
  'datestyle',
  'intervalstyle',
  'work_mem',
]);

/** With these the next text is read otherwise than we would read it: where a string ends, which bytes are a character. */
export const PARSING_SETTINGS: ReadonlySet<string> = new Set([
  'standard_conforming_strings',
  'backslash_quote',
  'client_encoding',
  'names',
]);

/** ALTER TABLE commands that are about who may do what. */
export const GRANTING_COMMANDS: ReadonlySet<string> = new Set([
  'AT_ChangeOwner',
  'AT_EnableRowSecurity',
  'AT_DisableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
]);
