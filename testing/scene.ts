import type { Client } from '@temporalio/client'
import type { OrderClient } from '../client/order.ts'
import type { Db } from '../db/connection.ts'
import type { Door } from './door.ts'
import type { worldPlatforms } from './platforms.ts'

/** The parts of a world that driving and reading an order takes. */
export type Scene = {
  db: Db
  client: OrderClient
  temporal: Client
  platforms: ReturnType<typeof worldPlatforms>
  sandbox: { url: string }
  /** Origin of the API. */
  url: string
  door: Door
}
