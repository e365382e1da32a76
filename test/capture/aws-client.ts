// What every AWS client is made with. Bedrock's would speak HTTP/2 by itself.

import { NodeHttpHandler } from '@smithy/node-http-handler';

export const AWS = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' },
  maxAttempts: 1,
  requestHandler: new NodeHttpHandler(),
};
