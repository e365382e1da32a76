// What the AWS SDKs are made with: they read no proxy variables, and some speak HTTP/2 without an agent, so they are handed one.

import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { url } from './calls.ts';

const proxy = process.env['HTTPS_PROXY'];

export const awsOptions = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' },
  requestHandler: new NodeHttpHandler(proxy === undefined || url !== undefined ? {} : { httpsAgent: new HttpsProxyAgent(proxy) }),
  ...(url === undefined ? {} : { endpoint: url }),
};
