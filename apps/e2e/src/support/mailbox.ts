import { type AddressInfo, createServer } from 'node:net';

export interface Mailbox {
  /** As `SMTP_URL` takes it. */
  url: string;
  /** The text of the last mail to this address that has these words. @throws where there is none yet */
  to(address: string, words: string): string;
  close(): Promise<void>;
}

/** Takes mail as RFC 5321 has it, as far as a client needs to be satisfied. */
export async function mailbox(): Promise<Mailbox> {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let [mail, isInData, rest] = ['', false, ''];
    socket.on('error', () => socket.destroy());
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (isInData && line === '.') {
          mails.push(mail);
          [mail, isInData] = ['', false];
          socket.write('250 taken\r\n');
        } else if (isInData) mail += `${line}\n`;
        else if (line === 'DATA') {
          isInData = true;
          socket.write('354 go on\r\n');
        } else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    to(address, words) {
      // Quoted-printable (RFC 2045 §6.7), as far as links need it.
      const texts = mails.map((each) => each.replaceAll('=\n', '').replaceAll('=3D', '='));
      const found = texts.findLast((text) => text.includes(`To: ${address}`) && text.includes(words));
      if (found === undefined) throw new Error(`No mail to ${address} with ${words} among ${mails.length}`);
      return found;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
