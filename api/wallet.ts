import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isCustomer } from '../db/customer.ts'
import {
  changeValue,
  listMovements,
  readBalances,
  readMovement,
  sumCredited,
} from '../db/wallet.ts'
import type { ValueMovement } from '../db/wallet.ts'
import { VALUE_KINDS } from '../domain/method.ts'
import { MOVEMENT_KINDS, VALUE_REASONS } from '../domain/value.ts'
import { access } from './access.ts'
import { body, json, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { refuseUnused } from './currency.ts'
import { CHANGE_REQUEST, CREDITED, DEBITED, HOLDER, WALLET } from './examples.value.ts'
import { currency, cursor, cursorOf, foreignId, id } from './input.ts'
import { idempotent, limit, optional, parameters, positive } from './input.ts'
import { ApiProblem, refuseField } from './problem.ts'
import { onceByTwo } from './two-people.ts'

const change = z.strictObject({
  kind: z.enum(['wallet', 'points']),
  amount: positive,
  currency,
  reason: z.enum(VALUE_REASONS),
  reference: foreignId.openapi({
    description: 'what it refers to elsewhere: a transfer, a ticket',
  }),
})
type Wish = z.output<typeof change>

const movement = z
  .object({
    id: z.string(),
    account: z.enum(VALUE_KINDS),
    currency: z.string(),
    amount: z.int().openapi({ description: 'minor units; above zero came in' }),
    kind: z.enum(MOVEMENT_KINDS),
    reason: z.enum(VALUE_REASONS).optional(),
    reference: z.string().optional(),
    orderId: z.string().optional(),
    at: z.string(),
  })
  .openapi('ValueMovement')

/** `available` is what a new order can be paid with. */
export const balance = {
  currency: z.string(),
  balance: z.int(),
  held: z.int().openapi({ description: 'part of it that is set aside for orders' }),
  available: z.int(),
}

const wallet = page(movement)
  .extend({ accounts: z.array(z.object({ kind: z.enum(VALUE_KINDS), ...balance })) })
  .openapi('Wallet', { description: 'balances, and what moved them, newest first' })

const query = parameters({ limit, cursor: optional(cursor(z.int().min(0))) })
const ofCustomer = z.object({
  id: id.openapi({ description: 'the customer’s id', example: HOLDER }),
})

/** What customers have with the shop: money and points, by currency. */
export function walletRoutes(parts: ApiParts) {
  const own = createRoute({
    ...access(parts, 'readOwnWallet'),
    method: 'get',
    path: '/v1/wallet',
    tags: ['Stored value'],
    summary: 'Your wallet and points',
    request: { query },
    responses: { 200: json(wallet, 'As it stands', WALLET), ...problems('readOwnWallet') },
  })
  const theirs = createRoute({
    ...access(parts, 'readWallet'),
    method: 'get',
    path: '/v1/customers/{id}/wallet',
    tags: ['Stored value'],
    summary: 'A customer’s wallet and points',
    request: { params: ofCustomer, query },
    responses: { 200: json(wallet, 'As it stands', WALLET), ...problems('readWallet') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(own, async (c) => {
      const { scope } = c.get('actor')
      const customerId = 'customerId' in scope ? scope.customerId : ''
      return c.json(await walletOf(parts, customerId, c.req.valid('query')), 200)
    })
    .openapi(theirs, async (c) => {
      const { id: customerId } = c.req.valid('param')
      return c.json(await walletOf(parts, customerId, c.req.valid('query')), 200)
    })
}

async function walletOf(
  { db }: ApiParts,
  customerId: string,
  { limit: size, cursor: before }: z.output<typeof query>,
): Promise<z.output<typeof wallet>> {
  const [balances, found] = await Promise.all([
    readBalances(db, customerId),
    listMovements(db, { customerId, before, limit: size + 1 }),
  ])
  const last = found[size - 1]
  return {
    accounts: balances.map(withAvailable),
    items: found.slice(0, size).map(movementView),
    next: found.length > size && last !== undefined ? cursorOf(last.number) : null,
  }
}

export const withAvailable = <T extends { balance: number; held: number }>(account: T) => ({
  ...account,
  available: account.balance - account.held,
})

function movementView(row: ValueMovement): z.output<typeof movement> {
  const { number: _, key, reason, reference, orderId, at, ...rest } = row
  return {
    id: key,
    ...rest,
    ...(reason !== null && { reason }),
    ...(reference !== null && { reference }),
    ...(orderId !== null && { orderId }),
    at: at.toISOString(),
  }
}

/** Changes by hand, each with a reason that says who bears it. */
export function walletChangeRoutes(parts: ApiParts) {
  const credit = createRoute({
    ...access(parts, 'creditWallet'),
    method: 'post',
    path: '/v1/customers/{id}/wallet/credits',
    tags: ['Stored value'],
    summary: 'Add to a customer’s wallet or points',
    description:
      '`top_up` is what the customer paid in, all else is the shop’s expense. Where either comes to more than ' +
      '`REFUND_LIMIT` for a customer within a day, two people have to ask for the very same. Who has no key and no order ' +
      'yet is made known by `PUT /v1/customers/{id}` first.',
    request: { params: ofCustomer, headers: idempotent, body: body(change, CHANGE_REQUEST) },
    responses: {
      201: { ...json(movement, 'Credited', CREDITED), headers: REPLAYED },
      ...problems('creditWallet'),
    },
  })
  const debit = createRoute({
    ...access(parts, 'debitWallet'),
    method: 'post',
    path: '/v1/customers/{id}/wallet/debits',
    tags: ['Stored value'],
    summary: 'Take from a customer’s wallet or points',
    description: 'No more than is available: what orders hold stays theirs. `top_up` is paid out.',
    request: { params: ofCustomer, headers: idempotent, body: body(change, CHANGE_REQUEST) },
    responses: {
      201: { ...json(movement, 'Debited', DEBITED), headers: REPLAYED },
      ...problems('debitWallet'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(credit, async (c) => {
      const { id: customerId } = c.req.valid('param')
      return c.json(
        await changed(c, parts, { customerId, sign: 1, wish: c.req.valid('json') }),
        201,
      )
    })
    .openapi(debit, async (c) => {
      const { id: customerId } = c.req.valid('param')
      return c.json(
        await changed(c, parts, { customerId, sign: -1, wish: c.req.valid('json') }),
        201,
      )
    })
}

type Change = { customerId: string; sign: 1 | -1; wish: Wish }

async function changed(c: Context<ApiEnv>, parts: ApiParts, { customerId, sign, wish }: Change) {
  const { kind, currency: of, amount: size, reason, reference } = wish
  if (!(await isCustomer(parts.db, customerId))) throw new ApiProblem('UNKNOWN_CUSTOMER')
  await refuseUnused(parts, of)
  const made = await onceByTwo(c, parts, {
    body: wish,
    async make(tx, key) {
      const owner = { kind, customerId, currency: of }
      const at = parts.now().toISOString()
      const amounts = { amount: sign * size, reason, reference }
      const isChanged = await changeValue(tx, { key, owner, at, ...amounts })
      if (isChanged) return sign > 0 ? sumCredited(tx, owner, reason) : 0
      throw sign < 0
        ? new ApiProblem('INSUFFICIENT_BALANCE')
        : refuseField('/amount', 'AMOUNT_INVALID')
    },
  })
  const found = await readMovement(parts.db, made)
  if (found === undefined) throw new Error('a change that was made can be read')
  return movementView(found)
}
