import { createHmac } from 'node:crypto'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { findGiftCard, issueGiftCards, readIssuedCards, voidGiftCard } from '../db/gift-card.ts'
import type { GiftCard } from '../db/gift-card.ts'
import { isAmount } from '../domain/money.ts'
import { access } from './access.ts'
import { body, json, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { refuseUnused } from './currency.ts'
import { CARD, CARD_REQUEST, CARDS, CARDS_REQUEST, VOIDED } from './examples.value.ts'
import { codeFrom, newId } from './id.ts'
import { currency, idempotent, instant, line, optional, positive } from './input.ts'
import { once } from './once.ts'
import { ApiProblem, refuseField } from './problem.ts'
import { onceByTwo } from './two-people.ts'
import { balance, withAvailable } from './wallet.ts'

/** Cards of one request, so that its answer with all their codes stays readable. */
const MOST_CARDS = 100

const issue = z
  .strictObject({
    amount: positive.openapi({ description: 'of each card, in minor units' }),
    currency,
    count: z.int().min(1).max(MOST_CARDS).default(1),
    expiresAt: optional(instant.openapi({ description: 'left out for a card that lasts' })),
  })
  .refine(({ amount, count }) => isAmount(amount * count), {
    message: 'AMOUNT_INVALID',
    path: ['amount'],
  })

const CODE_LENGTH = 40
const coded = z.strictObject({
  code: line(CODE_LENGTH).openapi({ description: 'however it is typed' }),
})

const card = z
  .object({
    id: z.string(),
    ...balance,
    expiresAt: z.string().nullable(),
    isOver: z.boolean().openapi({ description: 'nothing new can be paid with it' }),
  })
  .openapi('GiftCard')
const issued = z.object({ items: z.array(card.extend({ code: z.string() })) })

/** Gift cards: value of whoever has the code. Codes travel in bodies alone, as addresses are kept by others. */
export function giftCardRoutes(parts: ApiParts) {
  const make = createRoute({
    ...access(parts, 'issueGiftCards'),
    method: 'post',
    path: '/v1/gift-cards',
    tags: ['Stored value'],
    summary: 'Issue gift cards that were paid for',
    description:
      'Their codes are told here, again to a repeat of the request, and nowhere else. Together worth more than ' +
      '`REFUND_LIMIT`, two people have to ask for the very same; the second is told the codes.',
    request: { headers: idempotent, body: body(issue, CARDS_REQUEST) },
    responses: {
      201: { ...json(issued, 'Issued', CARDS), headers: REPLAYED },
      ...problems('issueGiftCards'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(make, async (c) => {
    const wish = c.req.valid('json')
    await refuseUnused(parts, wish.currency)
    const issueId = await onceByTwo(c, parts, {
      body: wish,
      async make(tx, made) {
        const at = parts.now().toISOString()
        const { count, ...facts } = wish
        if (facts.expiresAt !== undefined && facts.expiresAt <= at) {
          throw refuseField('/expiresAt', 'VALUE_INVALID')
        }
        const cards = Array.from({ length: count }, () => withCode(parts, { id: newId() }))
        await issueGiftCards(tx, { issueId: made, cards, at, ...facts }, parts.keys.vaultKey)
        return facts.amount * count
      },
    })
    const cards = await readIssuedCards(parts.db, issueId)
    return c.json({ items: cards.map((one) => withCode(parts, cardView(one))) }, 201)
  })
}

/** Of a code: half of a digest is more than anyone can guess. Bytes. */
const CODE_BYTES = 10

/** A card's code follows from its id by our key alone, so that it can be told again without being kept. */
function withCode<T extends { id: string }>({ keys }: ApiParts, one: T): T & { code: string } {
  const digest = createHmac('sha256', keys.vaultKey).update(`gift-card-code:${one.id}`).digest()
  return { ...one, code: codeFrom(digest.subarray(0, CODE_BYTES)) }
}

const cardView = ({ expiresAt, ...one }: GiftCard) => ({
  ...withAvailable(one),
  expiresAt: expiresAt?.toISOString() ?? null,
})

/** What can be done with a code. */
export function giftCardCodeRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readGiftCard'),
    method: 'post',
    path: '/v1/gift-cards/balance',
    tags: ['Stored value'],
    summary: 'What is on a gift card',
    request: { body: body(coded, CARD_REQUEST) },
    responses: { 200: json(card, 'As it stands', CARD), ...problems('readGiftCard') },
  })
  const end = createRoute({
    ...access(parts, 'voidGiftCard'),
    method: 'post',
    path: '/v1/gift-cards/void',
    tags: ['Stored value'],
    summary: 'End a gift card and pay what is left on it out',
    request: { headers: idempotent, body: body(coded, CARD_REQUEST) },
    responses: {
      200: { ...json(card, 'Voided', VOIDED), headers: REPLAYED },
      ...problems('voidGiftCard'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) =>
      c.json(cardView(await existingCard(parts, c.req.valid('json').code)), 200),
    )
    .openapi(end, async (c) => {
      const wish = c.req.valid('json')
      const { id } = await existingCard(parts, wish.code)
      await once(c, parts, {
        body: wish,
        async make(tx) {
          const isVoid = await voidGiftCard(tx, id, parts.now().toISOString())
          if (!isVoid) throw new ApiProblem('VALUE_HELD')
        },
      })
      return c.json(cardView(await existingCard(parts, wish.code)), 200)
    })
}

async function existingCard({ db, keys }: ApiParts, code: string): Promise<GiftCard> {
  const found = await findGiftCard(db, code, keys.vaultKey)
  if (found === undefined) throw new ApiProblem('UNKNOWN_GIFT_CARD')
  return found
}
