import type { PlatformName } from '../domain/method.ts'
import type { Collection, Journal } from './journal.ts'

/** Money that really moved: the independent record that books are compared with. */
export type Movement = {
  id: string
  platform: PlatformName
  kind: 'capture' | 'refund' | 'dispute' | 'dispute_returned'
  orderId: string
  /** The reference by which the platform finds the payment. */
  externalId: string
  amount: number
  currency: string
  /** Key of the call that asked for it; a capture's is the key its payment was made with. */
  idempotencyKey?: string
  at: string
}

export type Money = ReturnType<typeof openMoney>

/** The record of all platforms together. */
export function openMoney(journal: Journal) {
  const movements: Collection<Movement> = journal.collection('ledger')
  return {
    record: (movement: Movement) => movements.put(movement.id, movement),
    list: (orderId?: string) =>
      movements.all().filter((one) => orderId === undefined || one.orderId === orderId),
  }
}
