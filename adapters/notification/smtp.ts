import nodemailer from 'nodemailer'
import { ProviderError } from '../../domain/errors.ts'
import type { Mail, Mailer } from './port.ts'

/** Connections kept to the mail system; one hands over some hundred mails a second. */
const MAX_CONNECTIONS = 5
const CONNECT_TIMEOUT_MS = 5_000
/** Silence within a conversation: slower systems are better asked again later. */
const SOCKET_TIMEOUT_MS = 10_000

/** Mail by SMTP. `url` as in `smtps://user:password@host:465`; `close` ends the idle connections. */
export function smtpMailer(options: { url: string; from: string }): Mailer & { close(): void } {
  const transport = nodemailer.createTransport({
    url: options.url,
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      try {
        await transport.sendMail(envelope(mail, options.from))
      } catch (error) {
        throw providerError(error)
      }
    },
    close: () => transport.close(),
  }
}

/** The recipient goes in as one address, so that a comma in it never becomes a second recipient. */
function envelope({ to, messageId, subject, text, html }: Mail, from: string) {
  return { from, to: { name: '', address: to }, messageId: `<${messageId}>`, subject, text, html }
}

/** Refusals nodemailer makes by itself, before or instead of a reply: no such address, or too large. */
const REFUSED = { EENVELOPE: 'RECIPIENT_REFUSED', EMESSAGE: 'MESSAGE_REFUSED' } as const

/** Only the code leaves: an SMTP text can echo the address. A refused login is ours to mend, the mail waits. */
function providerError(error: unknown): ProviderError {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  if (code === 'EAUTH') return new ProviderError('CREDENTIALS_REFUSED', { final: false })
  if (responseCode !== undefined && responseCode < 500) {
    return new ProviderError('MAILER_BUSY', { final: false })
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    return new ProviderError(REFUSED[code], { final: true })
  }
  return new ProviderError('MAILER_UNREACHABLE', { final: false })
}
