// The real SendGrid SDK sends one message, given as the argument.

import sendgrid from '@sendgrid/mail';
import { addresses, input, report } from './report.ts';

await report(async () => {
  const { to, cc, bcc, from, subject = 'Hello', text = 'A test message' } = input();
  sendgrid.setApiKey('SG.interlock-test');
  const [response] = await sendgrid.send({
    to: addresses(to),
    cc: addresses(cc),
    bcc: addresses(bcc),
    from: String(from),
    subject: String(subject),
    text: String(text),
  });
  return { status: response.statusCode, headers: response.headers };
});
