import { PLATFORM_OF, PLATFORMS, isByPlatform } from '../../domain/method.ts'
import type { PlatformName } from '../../domain/method.ts'
import { sum } from '../../domain/money.ts'
import type { Order, Refund, Tender } from '../../domain/order.ts'
import { readLedger } from '../../db/ledger.ts'
import { auditMoney } from '../../scripts/account.ts'
import type { World } from '../../testing/index.ts'
import { outside } from '../../testing/outside.ts'
import type { Capture } from '../../testing/outside.ts'
import type { Lived } from './random-life.ts'

/** What is wrong with the money of an order that is over; empty where everything agrees. */
export async function differencesOf(world: World, { order, customer }: Lived) {
  const state = await order.state()
  const { accounts } = await order.money()
  const outer = outside(world.sandbox.url)
  const movements = await outer.captures(order.id)
  const found = PLATFORMS.flatMap((platform) => {
    const theirs = takenBy(movements, platform)
    const [ours, posted] = [keptBy(state, platform), accounts[`psp:${platform}`] ?? 0]
    return theirs === ours && theirs === posted
      ? []
      : [`${platform} has ${theirs}, our order ${ours}, our ledger ${posted}`]
  })
  for (const name of ['receivable:order', 'refund:payable', 'suspense', 'chargeback']) {
    if (accounts[name] !== undefined) found.push(`${name} is ${accounts[name]}`)
  }
  if (state.archivedAt === undefined) found.push('it was never put away')
  const [held] = await world.db`
    select id, held from value_accounts where customer_id = ${customer} and held <> 0`
  if (held !== undefined) found.push(`${held['id']} still has ${held['held']} set aside`)
  const entries = await readLedger(world.db, order.id)
  const books = { order: await order.view(), entries, captures: movements, atRest: true }
  return [...found, ...auditMoney(books)]
}

const OUT: ReadonlySet<string> = new Set(['refund', 'dispute'])

/** By the platform's own record. */
const takenBy = (movements: readonly Capture[], platform: PlatformName) =>
  sum(
    movements
      .filter((one) => one.platform === platform)
      .map(({ kind, amount }) => (OUT.has(kind) ? -amount : amount)),
  )

/** By the order's: what came, less what went back that way or was taken back. */
function keptBy({ tenders, refunds, disputes }: Order, platform: PlatformName): number {
  const own = tenders.filter(
    ({ method }) => isByPlatform(method) && PLATFORM_OF[method] === platform,
  )
  const isOwn = ({ tenderId }: { tenderId: string }) => own.some(({ id }) => id === tenderId)
  const back = refunds.filter((refund) => isOwn(refund) && isSentBack(refund))
  const gone = disputes.filter((dispute) => isOwn(dispute) && dispute.status !== 'won')
  return sum([...own.map(cameBy), ...[...back, ...gone].map(({ amount }) => -amount)])
}

const cameBy = ({ status, amount, received }: Tender) =>
  status === 'captured' ? amount : (received?.amount ?? 0)
const isSentBack = ({ status, account }: Refund) => status === 'succeeded' && account === undefined
