import type { MailValues, renderMail } from '../adapters/notification/template.ts'
import type { Mailer } from '../adapters/notification/port.ts'
import type { Db } from '../db/connection.ts'
import { markNotice, readNotice } from '../db/notification.ts'
import type { NoticeRow } from '../db/notification.ts'
import { readContact } from '../db/vault.ts'
import { orderUrl } from '../domain/link.ts'
import { refundTotal } from '../domain/notification.ts'
import type { MailTemplate } from '../domain/notification.ts'
import { lineOf, parcelOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { final, sorted } from './failure.ts'

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
  { order, template, detail }: NoticeRow,
  { links, timeZone }: NotificationParts,
): MailValues[MailTemplate] {
  const url = orderUrl(links, order.id, Date.parse(order.placedAt))
  const common = { orderNo: order.no, currency: order.currency, timeZone }
  const asked = { ...common, amount: order.payable, payUrl: url, payBy: order.payBy }
  const values: { [T in MailTemplate]: () => MailValues[T] } = {
    order_confirmed: () => ({ ...common, ...confirmation(order), orderUrl: url }),
    payment_failed: () => asked,
    payment_reminder: () => asked,
    order_expired: () => common,
    order_cancelled: () => ({ ...common, ...refundOf(refundTotal(order)), orderUrl: url }),
    shipped: () => ({ ...common, ...shipment(order, detail.parcelId ?? '') }),
    parcel_delivered: () => ({
      ...common,
      lines: unitsOf(order, detail.parcelId ?? ''),
      orderUrl: url,
    }),
    delivered: () => ({ ...common, confirmUrl: url }),
    refunded: () => ({
      ...common,
      amount: order.refunds.find(({ id }) => id === detail.refundId)?.amount ?? 0,
      orderUrl: url,
    }),
  }
  return values[template]()
}

function confirmation(order: Order) {
  return {
    lines: order.lines.map(({ name, quantity, net: amount }) => ({ name, quantity, amount })),
    freight: order.freight,
    total: order.payable,
    cashOnDelivery: order.tenders.some((tender) => tender.status === 'due'),
    ...(order.promisedShipAt !== undefined && { expectedShipAt: order.promisedShipAt }),
  }
}

const refundOf = (amount: number) => (amount > 0 ? { refund: amount } : {})

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
