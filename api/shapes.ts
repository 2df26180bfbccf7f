import { z } from '@hono/zod-openapi'
import {
  ADJUSTMENT_KINDS,
  AFTER_SALES_TYPES,
  CARD_FUNDINGS,
  RESOLUTIONS,
  TENDER_METHODS,
} from '../domain/events.ts'
import { LOCALES } from '../domain/locale.ts'
import { REFUND_WAYS } from '../domain/means.ts'
import { AWAITED, CONSEQUENCES } from '../domain/outlook.ts'
import { PARCEL_STATUSES, REFUND_STATUSES, TENDER_STATUSES } from '../domain/state-tables.ts'
import { ORDER_STATUSES } from '../domain/status.ts'
import { SCAN_RANK } from '../domain/tracking.ts'
import type { ScanCode } from '../domain/tracking.ts'
import { discountShape, estimateShape, stepShape } from './price.ts'

/*
 * What callers see. Fields marked as optional are left out for whoever they are none of the business of.
 */

export const orderStatus = z.enum(ORDER_STATUSES)
const instant = z.string().openapi({ format: 'date-time' })
export const units = z.array(z.object({ lineId: z.string(), quantity: z.int() }))

const payAction = z
  .object({ type: z.literal('pay'), method: z.literal('POST'), url: z.string() })
  .openapi('PayAction')

const ofTender = { tenderId: z.string(), externalId: z.string() }

export const confirmAction = z
  .object({
    ...ofTender,
    ...{ type: z.literal('confirm'), method: z.literal('card'), clientSecret: z.string() },
  })
  .openapi('ConfirmAction', { description: 'the customer’s browser confirms with the platform' })

const byPage = z
  .object({
    ...ofTender,
    ...{ type: z.literal('redirect'), method: z.enum(['alipay', 'wechatpay']), url: z.string() },
  })
  .openapi('RedirectAction', { description: 'the customer’s browser goes to the platform' })

const byCode = z
  .object({
    ...ofTender,
    ...{ type: z.literal('scan'), method: z.enum(['alipay', 'wechatpay']), code: z.string() },
  })
  .openapi('ScanAction', { description: 'the customer scans it, shown as a QR code' })

/** What is left to the customer, for each platform that takes a part. */
export const paymentAction = z.discriminatedUnion('type', [confirmAction, byPage, byCode])

const waitAction = z
  .object({
    ...{
      type: z.literal('wait'),
      tenderId: z.string(),
      method: z.enum(['card', 'alipay', 'wechatpay']),
    },
    retryAfter: z.int().openapi({ description: 'seconds until it is worth reading again' }),
  })
  .openapi('WaitAction', {
    description: 'the platform was asked and has not answered; paying without a body asks it again',
  })

/** What is left to who comes back to an order. */
const openAction = z.discriminatedUnion('type', [confirmAction, byPage, byCode, waitAction])

const links = z.object({
  self: z.string(),
  timeline: z.string(),
  page: z
    .string()
    .optional()
    .openapi({ description: 'where its customer follows it in a browser' }),
})

export const placedShape = z
  .object({
    id: z.string(),
    no: z.string(),
    status: orderStatus,
    payable: z.int(),
    currency: z.string(),
    payBy: instant,
    payment: z.object({ status: z.string(), nextAction: payAction.nullable() }),
    links,
    reference: z.string().optional(),
  })
  .openapi('PlacedOrder')

const lineShape = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  merchantId: z.string(),
  quantity: z.int().openapi({ description: 'as it was ordered' }),
  cancelled: z.int().optional().openapi({ description: 'of these, cancelled since' }),
  unitPrice: z.int().optional(),
  discounts: z.array(discountShape).optional(),
  net: z.int().optional().openapi({ description: 'after discounts' }),
  image: z.string().optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

const scanCode = z.enum(Object.keys(SCAN_RANK) as [ScanCode, ...ScanCode[]])

const parcelShape = z.object({
  id: z.string(),
  status: z.enum(PARCEL_STATUSES),
  carrier: z.string().optional(),
  waybill: z.string().optional(),
  trackingUrl: z.string().optional(),
  items: units,
  weightGrams: z.int(),
  handedOverAt: instant.optional(),
  deliveredAt: instant.optional().openapi({ description: 'by the clock of whoever told of it' }),
  returnedAt: instant.optional(),
  position: scanCode.nullable(),
  scans: z.array(
    z.object({ code: scanCode, occurredAt: instant, location: z.string().optional() }),
  ),
})

const fulfillmentShape = z.object({
  id: z.string(),
  status: z.string(),
  merchantId: z.string(),
  warehouseId: z.string(),
  items: units,
  freight: z.int().optional(),
  carrier: z.string().optional().openapi({ description: 'what its freight was reckoned with' }),
  estimate: estimateShape.optional().openapi({ description: 'as its customer was shown' }),
  awaitsStock: z.literal(true).optional().openapi({ description: 'leaves once goods came in' }),
  parcels: z.array(parcelShape),
})

const tenderShape = z.object({
  id: z.string(),
  method: z.enum(TENDER_METHODS),
  amount: z.int(),
  status: z.enum(TENDER_STATUSES),
  failureCode: z.string().optional(),
  recorded: z
    .literal(true)
    .optional()
    .openapi({ description: 'its money goes to the shop that the order was brought in from' }),
  funding: z.enum(CARD_FUNDINGS).optional(),
  installments: z.int().optional(),
  capturedAt: instant.optional().openapi({ description: 'by the clock of whoever told of it' }),
})

const refundShape = z.object({
  id: z.string(),
  tenderId: z.string(),
  method: z.enum(REFUND_WAYS).openapi({
    description: 'where it goes: `wallet` also by agreement; `bank` by hand, to a bank account',
  }),
  amount: z.int(),
  reason: z.string(),
  status: z.enum(REFUND_STATUSES),
})

const requestShape = z.object({
  id: z.string(),
  kind: z.enum(AFTER_SALES_TYPES),
  reason: z.string(),
  items: units,
})

const openTask = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  code: z.string().optional(),
  actions: z.array(z.enum(RESOLUTIONS)),
})

const outlook = z.object({
  waits: z
    .array(
      z.object({
        for: z.enum(AWAITED),
        subject: z.string().optional().openapi({ description: 'id of what it waits for' }),
        by: instant.optional().openapi({ description: 'when it is promised' }),
      }),
    )
    .openapi({ description: 'what the order waits for; nothing once it was put away' }),
  deadline: z
    .object({ at: instant, does: z.enum(CONSEQUENCES) })
    .nullable()
    .openapi({ description: "the next of the order's own clocks, and what happens then" }),
})

/** What only those see who see the whole order: its customer and the platform's own people. */
const wholeShape = z.object({
  customerId: z.string(),
  origin: z
    .object({
      shop: z.string(),
      reference: z.string(),
      placedAt: instant,
      deliverBy: instant.optional(),
    })
    .optional()
    .openapi({ description: 'the order as the shop knew it that it was brought in from' }),
  payable: z.int(),
  payBy: instant,
  payment: z.object({
    status: z.string(),
    nextAction: payAction.nullable(),
    nextActions: z
      .array(openAction)
      .openapi({ description: 'what platforms wait for, the latest asked first' }),
    retryUntil: instant.nullable(),
  }),
  promotions: z.array(stepShape).openapi({ description: 'in the order of reckoning' }),
  totals: z.object({
    goods: z.int().openapi({ description: 'after promotions' }),
    freight: z.int(),
    cashOnDeliveryFee: z.int().openapi({ description: 'of `freight`, for paying at the door' }),
    adjustments: z
      .array(z.object({ kind: z.enum(ADJUSTMENT_KINDS), amount: z.int() }))
      .openapi({ description: 'what makes `payable` differ from goods and freight' }),
    payable: z.int(),
    reversed: z.int().openapi({ description: 'taken off `payable` since, and no longer owed' }),
    paid: z.int(),
    refunded: z.int(),
    takenBack: z.int().openapi({ description: 'by the customer’s bank, for good' }),
  }),
  tenders: z.array(tenderShape),
  refunds: z.array(refundShape),
  requests: z.array(requestShape),
  links,
})

export const orderShape = z
  .object({
    id: z.string(),
    no: z.string(),
    status: orderStatus,
    fulfillmentStatus: z.string(),
    afterSalesStatus: z.string(),
    currency: z.string(),
    locale: z.enum(LOCALES),
    placedAt: instant,
    promisedShipAt: instant.optional(),
    deliveredAt: instant.optional(),
    cancelledAt: instant.optional(),
    closedAt: instant.optional(),
    archivedAt: instant.optional(),
    lines: z.array(lineShape),
    fulfillments: z.array(fulfillmentShape),
    ...wholeShape.partial().shape,
    tasks: z.array(openTask).optional(),
    outlook,
    now: instant.openapi({
      description:
        "the order's own time; later than the clock on the wall only where it was fast-forwarded",
    }),
    asOf: instant,
  })
  .openapi('Order')

export const orderRowShape = orderShape
  .pick({
    id: true,
    no: true,
    status: true,
    fulfillmentStatus: true,
    afterSalesStatus: true,
    currency: true,
    payable: true,
    placedAt: true,
    asOf: true,
  })
  .extend({ paymentStatus: z.string().optional() })
  .openapi('OrderRow')

export const entryShape = z
  .object({
    seq: z.int(),
    type: z.string(),
    at: instant,
    status: orderStatus,
    paymentStatus: z.string().optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('TimelineEntry')

export type PlacedView = z.infer<typeof placedShape>
export type OrderView = z.infer<typeof orderShape>
export type OrderRowView = z.infer<typeof orderRowShape>
export type EntryView = z.infer<typeof entryShape>
export type WholeView = z.infer<typeof wholeShape>
