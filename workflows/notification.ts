import { notification } from './effects.ts'

/** Send one notice; a short life of its own, so that a mail server's trouble never holds an order up. */
export async function notify(noticeId: string): Promise<void> {
  await notification.sendNotice({ noticeId })
}
