/** What Longhaul asks of a mail system. */
export type Mailer = {
  /** Hand one mail over. `messageId` is deterministic, so that a repeat can be recognised downstream. */
  send(mail: Mail): Promise<void>
}

export type Mail = {
  to: string
  messageId: string
  subject: string
  text: string
  html: string
}
