import type { AdjustmentKind } from '../../domain/events.ts'

/** What became of a logged order here, as Longhaul's own doors tell it. Amounts in minor units. */
export type Outcome = {
  reference: string
  id: string
  no: string
  /** Order status (`domain/status.ts`). */
  status: string
  /** Of all lines. */
  units: number
  goods: number
  freight: number
  payable: number
  paid: number
  refunded: number
  adjustments: { kind: AdjustmentKind; amount: number }[]
  tenders: { method: string; funding?: string; captured: number }[]
  /** Goods and freight of each merchant. */
  merchants: { merchantId: string; goods: number; freight: number }[]
  /** When the last parcel arrived, by its carrier's clock. */
  deliveredAt?: string
  deliverBy?: string
  /**
   * Instants in UTC: `paid`, `cancelled`, and with the merchant's id behind a space `handed_over`, `delivered` and
   * `returned`.
   */
  clocks: Record<string, string>
  /** Where the order's independent records contradict each other; empty when they agree. */
  auditFailures: string[]
}

/** An order that could not be brought to its end. */
export type Failure = { reference: string; reason: string }

/** How fast it went and what it was spent on. */
export type Throughput = {
  /** Brought to their end. */
  orders: number
  seconds: number
  /** Processor seconds by part of the system, during the replay. */
  processor: { part: string; seconds: number }[]
  /** What Temporal's calls to its own store took in all, waiting for each other included; unknown for a server elsewhere. */
  storeSeconds?: number
  /** Processor cores of the machine. */
  cores: number
  /** Orders under way at once. */
  atOnce: number
}
