import { ActivityFailure, setCurrentDetails } from '@temporalio/workflow'
import { codeOf } from './book.ts'
import { notices, notification } from './effects.ts'

/** Send one notice; a short life of its own, so that a mail server's trouble never holds an order up. */
export async function notify(noticeId: string): Promise<void> {
  try {
    setCurrentDetails('Being sent; tried again for three days while the mail server is in trouble.')
    await notification.sendNotice({ noticeId })
    setCurrentDetails('Dealt with: sent, or settled before.')
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    await notices.giveUpNotice({ noticeId })
    setCurrentDetails(`Given up: \`${codeOf(error)}\`.`)
  }
}
