import { z } from 'zod'
import { PLATFORMS, type PlatformName } from '../domain/method.ts'

/** Most calls one switch may spoil; a fault without end is a large number. */
const MAX_TIMES = 1_000_000
/** Longest a call is held or a webhook kept back: an order's payment window. */
const MAX_DELAY_MS = 1_800_000

const REPLIES = [
  'server_error',
  'server_error_after_effect',
  'timeout_after_effect',
  'garbage',
  'rate_limited',
  'decline',
] as const
const WEBHOOKS = ['lost', 'late', 'twice', 'reordered', 'forged'] as const

const common = {
  times: z.number().int().min(1).max(MAX_TIMES).default(1),
  operation: z.string().optional(),
  orderId: z.string().optional(),
  waybill: z.string().optional(),
  to: z.string().optional(),
  delayMs: z.number().int().min(0).max(MAX_DELAY_MS).optional(),
}
/** Without it, all payment platforms are meant. */
const platform = z.enum(PLATFORMS).optional()

/** One switch: what goes wrong, how often, and for whom; without `orderId`, `waybill` or `to`, for everyone. */
export const faultShape = z.discriminatedUnion('target', [
  z.strictObject({
    target: z.literal('payment'),
    fault: z.enum([...REPLIES, 'wrong_amount', 'refund_pending', 'refund_abnormal']),
    platform,
    ...common,
  }),
  z.strictObject({ target: z.literal('carrier'), fault: z.enum(REPLIES), ...common }),
  z.strictObject({
    target: z.literal('invoice'),
    fault: z.enum([...REPLIES, 'pending', 'forged', 'forbidden']),
    ...common,
  }),
  z.strictObject({
    target: z.literal('mail'),
    fault: z.enum(['reject_permanent', 'reject_temporary', 'reject_after_effect']),
    ...common,
  }),
  z.strictObject({
    target: z.literal('payment_webhook'),
    fault: z.enum(WEBHOOKS),
    platform,
    ...common,
  }),
  z.strictObject({ target: z.literal('carrier_webhook'), fault: z.enum(WEBHOOKS), ...common }),
  z.strictObject({
    target: z.literal('statement'),
    fault: z.enum(['missing', 'extra', 'wrong_amount']),
    platform,
    ...common,
  }),
])

export type Fault = z.infer<typeof faultShape>
type Target = Fault['target']
type FaultOf<T extends Target> = Extract<Fault, { target: T }>

/** A call or an event that a fault may meet. `changes` is false for mere questions. */
type Occasion = {
  operation: string
  subjects: readonly string[]
  changes: boolean
  platform?: PlatformName
}

export type Faults = {
  add(fault: Fault): void
  list(): readonly Fault[]
  clear(): void
  /** The first switch that fits, used up by one. */
  take<T extends Target>(target: T, occasion: Occasion): FaultOf<T> | undefined
}

export function faultSwitches(): Faults {
  let switches: Fault[] = []
  return {
    add: (fault) => void switches.push(fault),
    list: () => switches,
    clear: () => void (switches = []),
    take<T extends Target>(target: T, occasion: Occasion) {
      const fault = switches.find((one) => one.target === target && meets(one, occasion))
      if (fault === undefined) return undefined
      fault.times -= 1
      if (fault.times === 0) switches = switches.filter((one) => one !== fault)
      return fault as FaultOf<T>
    },
  }
}

/** These need a certain call to make sense; the others, unless told, meet whatever changes something. */
const NATURAL: Record<string, string> = {
  'payment decline': 'confirm',
  'payment wrong_amount': 'confirm',
  'payment refund_pending': 'refund',
  'payment refund_abnormal': 'refund',
  'carrier decline': 'book',
  'invoice decline': 'issue',
  'mail reject_after_effect': 'message',
  'statement extra': 'statement',
}

function meets(fault: Fault, { operation, subjects, changes, platform }: Occasion): boolean {
  if ('platform' in fault && fault.platform !== undefined && fault.platform !== platform)
    return false
  const wanted = fault.operation ?? NATURAL[`${fault.target} ${fault.fault}`]
  if (wanted === undefined ? !changes : wanted !== operation) return false
  return [fault.orderId, fault.waybill, fault.to].every(
    (subject) => subject === undefined || subjects.includes(subject),
  )
}
