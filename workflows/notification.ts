import { ActivityFailure } from '@temporalio/workflow'
import { notices, notification } from './effects.ts'

/** Send one notice; a short life of its own, so that a mail server's trouble never holds an order up. */
export async function notify(noticeId: string): Promise<void> {
  try {
    await notification.sendNotice({ noticeId })
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    await notices.giveUpNotice({ noticeId })
  }
}
