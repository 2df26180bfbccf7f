import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Faults } from './faults.ts'

/** Mails kept, the oldest go first. */
const MAX_MAILS = 10_000
/** Largest mail taken; ours are below 20 kB. */
const MAX_MAIL_BYTES = 1_000_000
/** Senders keep connections open; a stop waits this long for a mail under way. */
const CLOSE_TIMEOUT_MS = 500

export type ReceivedMail = {
  id: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  messageId: string
  receivedAt: string
}

export type MailFilter = { to?: string | undefined; messageId?: string | undefined }
export type Mailbox = Awaited<ReturnType<typeof openMailbox>>

/** A mail system that keeps what it gets, in memory alone: mails are personal data. */
export async function openMailbox(faults: Faults, { host, port }: { host: string; port: number }) {
  let mails: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: MAX_MAIL_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    onRcptTo({ address }, _session, done) {
      done(refusal(faultFor('recipient', [address], faults), 'recipient'))
    },
    onData(stream, { envelope }, done) {
      const to = envelope.rcptTo.map(({ address }) => address)
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
      const keep = async () => {
        const mail = await parse(stream)
        const fault = faultFor('message', to, faults)
        if (fault === undefined || fault === 'reject_after_effect') {
          mails = [...mails, { ...mail, from, to }].slice(-MAX_MAILS)
        }
        return refusal(fault, 'message')
      }
      keep().then(done, done)
    },
  })
  server.listen(port, host)
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    list: (wanted: MailFilter) => mails.filter((mail) => fits(mail, wanted)),
    clear: () => void (mails = []),
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** Without an operation a switch refuses the recipient; what comes after the effect needs the message. */
function faultFor(operation: 'recipient' | 'message', to: readonly string[], faults: Faults) {
  return faults.take('mail', { operation, subjects: to, changes: operation === 'recipient' })?.fault
}

/** The text repeats what real systems say, up to quoting the address: nothing of it may travel on. */
function refusal(fault: string | undefined, about: string) {
  if (fault === undefined) return null
  const responseCode = fault === 'reject_permanent' ? 550 : 451
  return Object.assign(new Error(`${about} not accepted here`), { responseCode })
}

async function parse(stream: SMTPServerDataStream) {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const { subject, text, html, messageId } = await PostalMime.parse(Buffer.concat(chunks))
  return {
    id: randomUUID(),
    subject: subject ?? '',
    text: text ?? '',
    html: html ?? '',
    messageId: (messageId ?? '').replace(/^<|>$/g, ''),
    receivedAt: new Date().toISOString(),
  }
}

function fits(mail: ReceivedMail, { to, messageId }: MailFilter): boolean {
  if (messageId !== undefined && mail.messageId !== messageId) return false
  const wanted = to?.toLowerCase()
  return wanted === undefined || mail.to.some((address) => address.toLowerCase() === wanted)
}
