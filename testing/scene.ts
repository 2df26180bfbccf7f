import type { Client } from '@temporalio/client'
import type { PaymentPlatform } from '../adapters/payment/port.ts'
import type { OrderClient } from '../client/order.ts'
import type { Db } from '../db/connection.ts'
import type { Door } from './door.ts'

/** The parts of a world that driving and reading an order takes. */
export type Scene = {
  db: Db
  client: OrderClient
  temporal: Client
  payments: PaymentPlatform
  sandbox: { url: string }
  door: Door
}
