// What an AWS operation does, by its name: exceptions first, then what gives access, then the verb it starts with.

import type { CloudVerb } from './cloud-action.ts';

/** `service:Operation` whose name says less, or else, than it does. */
const EXCEPTIONS: ReadonlyMap<string, CloudVerb> = new Map([
  ['sts:GetCallerIdentity', 'read'],
  ['sts:GetAccessKeyInfo', 'read'],
  ['sts:DecodeAuthorizationMessage', 'read'],
  ['ec2:GetPasswordData', 'secret'],
  ['ec2:SendDiagnosticInterrupt', 'change'],
  ['kms:Decrypt', 'secret'],
  ['kms:GenerateDataKey', 'secret'],
  ['kms:GenerateDataKeyPair', 'secret'],
  ['kms:ReEncrypt', 'change'],
  ['kms:Sign', 'access'],
  ['kms:ScheduleKeyDeletion', 'delete'],
  ['kms:DisableKey', 'delete'],
  ['kms:DeleteImportedKeyMaterial', 'delete'],
  ['acm:ExportCertificate', 'secret'],
  ['ssm:GetParameter', 'secret'],
  ['ssm:GetParameters', 'secret'],
  ['ssm:GetParametersByPath', 'secret'],
  ['ssm:GetParameterHistory', 'secret'],
  ['ssm:SendCommand', 'execute'],
  ['ssm:StartSession', 'execute'],
  ['ssm:ResumeSession', 'execute'],
  ['ssm:StartAutomationExecution', 'execute'],
  ['ssm:StartChangeRequestExecution', 'execute'],
  ['ssm:CreateAssociation', 'execute'],
  ['ssm:UpdateAssociation', 'execute'],
  ['ec2-instance-connect:SendSSHPublicKey', 'access'],
  ['ec2-instance-connect:SendSerialConsoleSSHPublicKey', 'access'],
  ['ecs:ExecuteCommand', 'execute'],
  ['ecs:RunTask', 'execute'],
  ['ecs:StartTask', 'execute'],
  ['states:StartExecution', 'execute'],
  ['states:StartSyncExecution', 'execute'],
  ['states:TestState', 'execute'],
  ['codebuild:StartBuild', 'execute'],
  ['codebuild:StartBuildBatch', 'execute'],
  ['codepipeline:StartPipelineExecution', 'execute'],
  ['codedeploy:CreateDeployment', 'execute'],
  ['glue:StartJobRun', 'execute'],
  ['glue:RunStatement', 'execute'],
  ['glue:GetConnection', 'secret'],
  ['glue:GetConnections', 'secret'],
  ['athena:StartQueryExecution', 'execute'],
  ['redshift-data:ExecuteStatement', 'execute'],
  ['redshift-data:BatchExecuteStatement', 'execute'],
  ['elasticmapreduce:AddJobFlowSteps', 'execute'],
  ['elasticmapreduce:RunJobFlow', 'execute'],
  ['cloudformation:ExecuteChangeSet', 'change'],
  ['cognito-identity:GetId', 'create'],
  ['sqs:ReceiveMessage', 'change'],
  ['sqs:PurgeQueue', 'delete'],
  // The queue's policy is one of its attributes.
  ['sqs:SetQueueAttributes', 'access'],
  // Reads, as the SDK's own pages of them say.
  ['logs:FilterLogEvents', 'read'],
  ['logs:StartLiveTail', 'read'],
  // What is older goes.
  ['logs:PutRetentionPolicy', 'delete'],
  // All that is logged from then on, or was before, goes to a place that the call names.
  ['logs:PutSubscriptionFilter', 'access'],
  ['logs:PutDestination', 'access'],
  ['logs:CreateExportTask', 'access'],
  ['rds:StartExportTask', 'access'],
  ['ec2:CreateInstanceExportTask', 'access'],
  ['ec2:ExportImage', 'access'],
]);

const READ = /^(?:Describe|List|Get|BatchGet|BatchDescribe)[A-Z0-9]/;
/** A read by this name hands out what opens doors. `List…` and `Describe…` of such things tell their names only. */
const GIVES_SECRET =
  /^(?:Batch)?Get[A-Za-z]*(?:Secret|Password|Credential|PrivateKey|KeyPair|ApiKey|AccessDetail|Token|SignedUrl|EmbedUrl)/;
const HARMLESS_READ = /^Get(?:RandomPassword|CredentialReport|AccountPasswordPolicy|InstanceMetadataDefaults)$/;
/** Services that are about nothing else than who may do what. */
const ACCESS_SERVICES: ReadonlySet<string> = new Set(['iam', 'sts', 'sso', 'sso-oauth', 'identitystore', 'rolesanywhere', 'ram']);
const ACCESS =
  /(?:Policy|Policies|Permission|Role|AccessKey|Credential|Grant|SecurityGroupIngress|SecurityGroupEgress|SecurityGroupRules|LoginProfile|Principal|Token|KeyPair|PublicAccess|Authoriz|Trust|Federat|IdentityProvider|MFA|ApiKey|(?:Snapshot|Image)Attribute|AccessEntry|AuthorizedKey|SharedAccess|SSHPublicKey|^Revoke)/;
const NO_ACCESS = /(?:Scaling|Lifecycle|Retention|Backup)Polic/;

/** A name that starts so; the first match counts. */
const VERBS: readonly (readonly [pattern: RegExp, verb: CloudVerb])[] = [
  [
    /^(?:Batch)?(?:Delete|Terminate|Remove|Purge|Deregister|Destroy|Release|Empty|Wipe|Expire|Retire|Deprovision|Withdraw)/,
    'delete',
  ],
  [/^(?:Execute|Invoke|Submit|Evaluate)/, 'execute'],
  [/^(?:Batch)?(?:Create|Run|Allocate|Import|Copy|Register|Request|Restore|Launch|Purchase|Provision|Clone)/, 'create'],
  [
    /^(?:Batch)?(?:Put|Update|Modify|Set|Start|Stop|Reboot|Attach|Detach|Associate|Disassociate|Enable|Disable|Tag|Untag|Add|Change|Reset|Apply|Cancel|Resume|Suspend|Scale|Replace|Move|Merge|Promote|Failover|Upgrade|Assign|Unassign|Publish|Send|Accept|Reject|Confirm|Generate|Upload|Initiate|Complete|Abort|Increase|Decrease|Rotate|Switchover|Rollback|Deploy|Signal|Subscribe|Unsubscribe|Encrypt|Verify|Continue|Pause|Test|Lock|Unlock|Monitor|Unmonitor|Bundle|Report|Advertise)/,
    'change',
  ],
];

/** INVARIANT: `read` only for names that AWS keeps for reads, and never for one that gives out a secret. */
export function awsVerb(service: string, operation: string): CloudVerb {
  const exception = EXCEPTIONS.get(`${service}:${operation}`);
  if (exception !== undefined) return exception;
  if (GIVES_SECRET.test(operation) && !HARMLESS_READ.test(operation))
    return operation.includes('Token') || operation.includes('Credential') ? 'access' : 'secret';
  if (READ.test(operation)) return 'read';
  if (ACCESS_SERVICES.has(service) || (ACCESS.test(operation) && !NO_ACCESS.test(operation))) return 'access';
  return VERBS.find(([pattern]) => pattern.test(operation))?.[1] ?? 'unknown-write';
}
