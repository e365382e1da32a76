// The real Resend SDK sends one message, given as the argument. It returns errors, it does not throw them.

import { Resend } from 'resend';
import { addresses, input, report } from './report.ts';

await report(() => {
  const { to, cc, bcc, from, subject = 'Hello', text = 'A test message' } = input();
  return new Resend('re_interlock_test').emails.send({
    to: addresses(to),
    ...(cc === undefined ? {} : { cc: addresses(cc) }),
    ...(bcc === undefined ? {} : { bcc: addresses(bcc) }),
    from: String(from),
    subject: String(subject),
    text: String(text),
  });
});
