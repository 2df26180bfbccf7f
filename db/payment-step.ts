import type { NextStep } from '../domain/method.ts'
import type { Db } from './connection.ts'
import { seal, unseal } from './vault.ts'

/*
 * How customers go on at platforms, for whoever comes back to an order. Sealed, because who has a client secret may
 * confirm that payment.
 */

type TenderRef = { orderId: string; tenderId: string }

/** Its platform is asked to open it now, and may not answer. */
export async function noteAsked(db: Db, { orderId, tenderId }: TenderRef): Promise<void> {
  await db`update tenders set asked_at = clock_timestamp()
    where order_id = ${orderId} and id = ${tenderId}`
}

/** Not where its money came, or it was given up, before its platform answered. */
export async function keepStep(
  db: Db,
  serviceKey: Buffer,
  { orderId, tenderId, step }: TenderRef & { step: NextStep },
): Promise<void> {
  const sealed = seal(serviceKey, Buffer.from(JSON.stringify(step)), `${orderId}/${tenderId}`)
  await db`update tenders set step = ${sealed} where order_id = ${orderId} and id = ${tenderId}
    and status in ('created', 'action_required', 'failed')`
}

/** A platform that was asked to open a tender; without a step until it has answered. */
export type AskedTender = { tenderId: string; askedAt: string; step?: NextStep }

/** Those of an order, the latest asked first. */
export async function readSteps(
  db: Db,
  serviceKey: Buffer,
  orderId: string,
): Promise<AskedTender[]> {
  const rows = await db<{ id: string; askedAt: Date; step: Buffer | null }[]>`
    select id, asked_at as "askedAt", step from tenders
    where order_id = ${orderId} and asked_at is not null order by asked_at desc, id desc`
  return rows.map(({ id: tenderId, askedAt, step }) => ({
    ...{ tenderId, askedAt: askedAt.toISOString() },
    ...(step !== null && { step: stepOf(unseal(serviceKey, step, `${orderId}/${tenderId}`)) }),
  }))
}

const stepOf = (plain: Buffer) => JSON.parse(plain.toString()) as NextStep
