import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'

/** A mail server on a port of this machine, which keeps what it is sent. */
export interface MailServer {
  readonly port: number
  readonly mails: readonly ParsedMail[]
  /** Resolves to the next mail. */
  next(): Promise<ParsedMail>
}

/** Starts a mail server. It ends with the test. */
export async function mailServer(): Promise<MailServer> {
  const mails: ParsedMail[] = []
  const waiting: ((mail: ParsedMail) => void)[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        mails.push(mail)
        waiting.shift()?.(mail)
        done()
      }, done)
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    next: () => new Promise((resolve) => waiting.push(resolve)),
  }
}
