import type { MailValues, renderMail } from '../adapters/notification/template.ts'
import type { Mailer } from '../adapters/notification/port.ts'
import type { Db } from '../db/connection.ts'
import { markNotice, readNotice } from '../db/notification.ts'
import type { NoticeRow } from '../db/notification.ts'
import { readContact } from '../db/vault.ts'
import { cashTender } from '../domain/account.ts'
import { orderUrl } from '../domain/link.ts'
import type { MailTemplate } from '../domain/notification.ts'
import { lineOf, parcelOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { final, sorted } from './failure.ts'
import {
  askedOf,
  cancellation,
  disputeOf,
  failureOf,
  invoiceOf,
  paidOf,
  refundOf,
} from './money-told.ts'

export type NotificationActivities = {
  /** Send one notice by its id. Reads the recipient from the vault; throws codes only. */
  sendNotice(request: { noticeId: string }): Promise<void>
  /** Nobody could be reached: marked as failed. */
  giveUpNotice(request: { noticeId: string }): Promise<void>
}

export type NotificationParts = {
  mailer: Mailer
  renderMail: typeof renderMail
  vaultKey: Buffer
  links: { publicUrl: string; linkKey: Buffer }
  timeZone: string
}

export function notificationActivities(db: Db, parts: NotificationParts): NotificationActivities {
  return {
    async sendNotice({ noticeId }) {
      const notice = await readNotice(db, noticeId)
      if (notice === undefined) throw final('NOTICE_UNKNOWN')
      if (notice.status !== 'queued') return
      const contact = await readContact(db, parts.vaultKey, notice.orderId)
      if (contact === undefined) return markNotice(db, noticeId, 'failed')
      const values = mailValues(notice, parts)
      const mail = parts.renderMail(notice.template, contact.locale, values)
      const messageId = `${noticeId}@longhaul`
      await sorted(() => parts.mailer.send({ ...mail, to: contact.email, messageId }))
      await markNotice(db, noticeId, 'sent')
    },
    giveUpNotice: ({ noticeId }) => markNotice(db, noticeId, 'failed'),
  }
}

/** The order as it is now, in the words of one template. */
function mailValues(
  { order, template, detail, invoice }: NoticeRow,
  { links, timeZone }: NotificationParts,
): MailValues[MailTemplate] {
  const { parcelId = '' } = detail
  const url = orderUrl(links, order.id, Date.parse(order.placedAt))
  const common = { orderNo: order.no, currency: order.currency, timeZone }
  const seen = { ...common, orderUrl: url }
  const asked = { ...common, ...askedOf(order), payUrl: url }
  const values: { [T in MailTemplate]: () => MailValues[T] } = {
    order_confirmed: () => ({ ...seen, ...confirmation(order) }),
    payment_failed: () => ({ ...asked, ...failureOf(order, detail) }),
    payment_reminder: () => asked,
    order_expired: () => common,
    order_cancelled: () => ({ ...seen, ...cancellation(order) }),
    shipped: () => ({ ...common, ...shipment(order, parcelId) }),
    parcel_delivered: () => ({ ...seen, lines: unitsOf(order, parcelId) }),
    delivered: () => ({ ...common, confirmUrl: url }),
    refunded: () => ({ ...seen, ...refundOf(order, detail) }),
    payment_disputed: () => ({ ...seen, ...disputeOf(order, detail) }),
    dispute_ended: () => ({ ...seen, ...disputeOf(order, detail) }),
    invoice_issued: () => ({ ...seen, ...invoiceOf(invoice) }),
  }
  return values[template]()
}

function confirmation(order: Order) {
  const cash = cashTender(order)?.amount
  return {
    lines: order.lines.map(({ name, quantity, net: amount }) => ({ name, quantity, amount })),
    freight: order.freight,
    total: order.payable,
    paid: paidOf(order),
    ...(cash !== undefined && { cash }),
    ...(order.promisedShipAt !== undefined && { expectedShipAt: order.promisedShipAt }),
  }
}

function shipment(order: Order, parcelId: string) {
  const { carrier = '', waybill = '', trackingUrl } = parcelOf(order, parcelId) ?? {}
  const url = trackingUrl === undefined ? {} : { trackingUrl }
  return { lines: unitsOf(order, parcelId), carrier, waybill, ...url }
}

/** What is in a parcel. */
function unitsOf(order: Order, parcelId: string) {
  const { items = [] } = parcelOf(order, parcelId) ?? {}
  return items.map(({ lineId, quantity }) => ({ name: lineOf(order, lineId).name, quantity }))
}
