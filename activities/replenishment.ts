import { readContact } from '../db/contact.ts'
import type { Db } from '../db/connection.ts'
import {
  markSent,
  raisePurchaseTask,
  readOpenPurchase,
  readPurchaseOrder,
  settleMissing,
} from '../db/replenishment.ts'
import { ordersContactOf } from '../domain/replenishment.ts'
import type { OpenPurchase, ShelfKey } from '../domain/replenishment.ts'
import { final, sorted } from './failure.ts'
import type { NotificationParts } from './notification.ts'

export type ReplenishmentActivities = {
  /** The shelf's request that waits for goods; undefined where there is none. */
  readPurchase(shelf: ShelfKey): Promise<OpenPurchase | undefined>
  /** Write to the supplier, and note by when the goods should be here. Nothing to do for a closed request. */
  tellSupplier(request: { id: string; at: string; expectedAt: string }): Promise<void>
  /** Write once more. */
  remindSupplier(request: { id: string; expectedAt: string }): Promise<void>
  /** Ask a person, once per request and code. */
  raisePurchaseTask(task: { id: string; code: string; at: string }): Promise<void>
}

type Parts = Pick<NotificationParts, 'mailer' | 'renderMail' | 'vaultKey' | 'timeZone'>
type Letter = { id: string; template: 'purchase_request' | 'purchase_reminder'; expectedAt: string }

export function replenishmentActivities(db: Db, parts: Parts): ReplenishmentActivities {
  async function write({ id, template, expectedAt }: Letter): Promise<void> {
    const order = await readPurchaseOrder(db, id)
    const isRepeat = template === 'purchase_request' && order?.sent
    if (order === undefined || isRepeat) return
    const key = ordersContactOf(order.supplierId ?? '')
    const contact = await readContact(db, parts.vaultKey, key)
    if (contact === undefined) throw final('CONTACT_MISSING')
    const missing = await settleMissing(db, id)
    if (missing === undefined) return
    const values = { ...order, missing, reference: id, expectedAt, timeZone: parts.timeZone }
    const mail = parts.renderMail(template, contact.locale, values)
    const messageId = `${id}-${template}@longhaul`
    await sorted(() => parts.mailer.send({ ...mail, to: contact.email, messageId }))
  }
  return {
    readPurchase: (shelf) => readOpenPurchase(db, shelf),
    async tellSupplier({ id, at, expectedAt }) {
      await write({ id, template: 'purchase_request', expectedAt })
      await markSent(db, { id, at, expectedAt })
    },
    remindSupplier: ({ id, expectedAt }) =>
      write({ id, template: 'purchase_reminder', expectedAt }),
    raisePurchaseTask: (task) => raisePurchaseTask(db, task),
  }
}
