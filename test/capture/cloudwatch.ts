// CloudWatch, in the protocol that its client speaks by itself and in the two that it can be told to, and CloudWatch Logs.

import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as Logs from '@aws-sdk/client-cloudwatch-logs';
import { AWS } from './aws-client.ts';
import { given, type Vendor, vendor } from './vendor.ts';

interface Watch {
  readonly sdk: typeof CloudWatch;
  readonly client: CloudWatch.CloudWatchClient;
  readonly query: CloudWatch.CloudWatchClient;
  readonly cbor: CloudWatch.CloudWatchClient;
}

const AlarmNames = ['disk-full', 'cpu'];

const metrics = vendor<Watch>({
  folder: 'aws',
  sdk: '@aws-sdk/client-cloudwatch',
  open: async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch');
    const { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } = await import('@aws-sdk/core/protocols');
    const speaking = (protocol: unknown) => new sdk.CloudWatchClient({ ...AWS, protocol: given(protocol) });
    return {
      sdk,
      client: new sdk.CloudWatchClient(AWS),
      query: speaking(AwsQueryProtocol),
      cbor: speaking(AwsSmithyRpcV2CborProtocol),
    };
  },
  calls: {
    'hit-delete-alarms': ({ client, sdk }) => client.send(new sdk.DeleteAlarmsCommand({ AlarmNames })),
    'hit-delete-alarms-query': ({ query, sdk }) => query.send(new sdk.DeleteAlarmsCommand({ AlarmNames })),
    'hit-delete-alarms-cbor': ({ cbor, sdk }) => cbor.send(new sdk.DeleteAlarmsCommand({ AlarmNames })),
    'hit-describe-alarms': ({ client, sdk }) => client.send(new sdk.DescribeAlarmsCommand({ MaxRecords: 10 })),
    'hit-describe-alarms-cbor': ({ cbor, sdk }) => cbor.send(new sdk.DescribeAlarmsCommand({ MaxRecords: 10 })),
    'hit-silence-alarms': ({ client, sdk }) => client.send(new sdk.DisableAlarmActionsCommand({ AlarmNames })),
    'hit-put-alarm': ({ client, sdk }) =>
      client.send(
        new sdk.PutMetricAlarmCommand({
          AlarmName: 'disk-full',
          AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'],
          EvaluationPeriods: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      ),
    // Above 10 KB its body is compressed.
    'hit-put-metrics-gzip': ({ client, sdk }) =>
      client.send(
        new sdk.PutMetricDataCommand({
          Namespace: 'app',
          MetricData: Array.from({ length: 200 }, (_, index) => ({ MetricName: `requests-of-route-${index}`, Value: index })),
        }),
      ),
  },
});

const logGroupName = 'audit';

const logs = vendor<{ readonly sdk: typeof Logs; readonly client: Logs.CloudWatchLogsClient }>({
  folder: 'aws',
  sdk: '@aws-sdk/client-cloudwatch-logs',
  open: async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch-logs');
    return { sdk, client: new sdk.CloudWatchLogsClient(AWS) };
  },
  calls: {
    'hit-delete-log-group': ({ client, sdk }) => client.send(new sdk.DeleteLogGroupCommand({ logGroupName })),
    'hit-log-retention': ({ client, sdk }) =>
      client.send(new sdk.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 })),
    'hit-log-subscription': ({ client, sdk }) =>
      client.send(
        new sdk.PutSubscriptionFilterCommand({
          logGroupName,
          filterName: 'all',
          filterPattern: '',
          destinationArn: 'arn:aws:lambda:us-east-1:210987654321:function:x',
        }),
      ),
    'hit-log-export': ({ client, sdk }) =>
      client.send(new sdk.CreateExportTaskCommand({ logGroupName, from: 0, to: 1, destination: 'bucket' })),
    'hit-log-events': ({ client, sdk }) =>
      client.send(new sdk.PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents: [{ timestamp: 1, message: 'x' }] })),
    'hit-log-filter': ({ client, sdk }) => client.send(new sdk.FilterLogEventsCommand({ logGroupName })),
    'hit-log-query': ({ client, sdk }) =>
      client.send(new sdk.StartQueryCommand({ logGroupName, startTime: 0, endTime: 1, queryString: 'fields @message' })),
    'hit-log-tail': ({ client, sdk }) =>
      client.send(
        new sdk.StartLiveTailCommand({
          logGroupIdentifiers: ['arn:aws:logs:us-east-1:123456789012:log-group:audit'],
        }),
      ),
  },
});

export const cloudWatchVendors: readonly Vendor[] = [metrics, logs];
