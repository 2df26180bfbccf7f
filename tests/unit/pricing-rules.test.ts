import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../domain/limits.ts'
import type { Promotion, Terms } from '../../domain/promotion.ts'
import { amounts, coupon, input, nets, price, promotion, reduction } from './pricing-builders.ts'

const one = (unitPrice: number, overrides: Parameters<typeof input>[0] = {}) =>
  input({ quantity: 1, unitPrice, ...overrides })
const under = (terms: Terms, ...inputs: ReturnType<typeof input>[]) =>
  price(inputs, { promotions: [promotion({ terms })], memberTier: 'gold' })
const applied = (promotions: Promotion[], ...inputs: ReturnType<typeof input>[]) =>
  price(inputs, { promotions }).promotions.map(({ promotionId, lineIds }) =>
    [promotionId, ...lineIds].join(' '),
  )

describe('what terms take off', () => {
  const percent: Terms = { kind: 'member_percent', tiers: ['gold', 'black'], bps: 500 }

  it('for members is a share of each line, half up', () => {
    expect(nets(under(percent, one(10), one(9), one(5997)))).toEqual([9, 9, 5697])
    expect(price([one(10)], { promotions: [promotion({ terms: percent })] }).goods).toBe(10)
  })

  it('once the threshold is reached is taken once, or each time where it repeats', () => {
    const terms = { kind: 'full_reduction', threshold: 1000, off: 100 } as const
    expect(under({ ...terms, repeats: false }, one(2999)).goods).toBe(2899)
    expect(under({ ...terms, repeats: true }, one(2999)).goods).toBe(2799)
    expect(under({ ...terms, repeats: true }, one(3000)).goods).toBe(2700)
  })

  it('by tiers is the highest step reached', () => {
    const terms: Terms = {
      kind: 'tiered',
      steps: [
        { threshold: 1000, off: 100 },
        { threshold: 2000, off: 300 },
      ],
    }
    expect([999, 1000, 1999, 2000].map((amount) => under(terms, one(amount)).goods)).toEqual([
      ...[999, 900, 1899, 1700],
    ])
  })

  it('three for the price of two is the cheapest third of all units, shared by all', () => {
    const terms: Terms = { kind: 'n_for_m', buy: 3, pay: 2 }
    expect(under(terms, one(300), one(200)).goods).toBe(500)
    const five = under(terms, input({ quantity: 4, unitPrice: 300 }), one(200))
    expect([five.goods, ...nets(five)]).toEqual([1200, 1029, 171])
    expect(under(terms, input({ quantity: 4, unitPrice: 300 }), one(200), one(100)).goods).toBe(
      1200,
    )
  })

  it('by a coupon is an amount or a share, up to its most', () => {
    const held = (benefit: { off: number } | { bps: number; most?: number }, unitPrice: number) =>
      price([one(unitPrice)], { coupons: [coupon('k1', { threshold: 0, benefit })] }).goods
    expect(held({ off: 300 }, 1000)).toBe(700)
    expect(held({ off: 300 }, 200)).toBe(0)
    expect(held({ bps: 1000 }, 1005)).toBe(904)
    expect(held({ bps: 1000, most: 50 }, 1005)).toBe(955)
  })

  it('freight is free for what is in scope, also in a parcel that holds other goods', () => {
    const terms: Terms = { kind: 'free_freight', threshold: 1000 }
    expect(under(terms, one(999)).freight).toBe(800)
    const free = under(terms, one(600), one(600, { merchantId: 'm-b', warehouseId: 'w-b' }))
    expect(free).toMatchObject({ goods: 1200, freight: 0, payable: 1200 })
    expect(free.fulfillments.map(({ freight }) => freight)).toEqual([0, 0])
    expect(free.promotions).toMatchObject([{ base: 1200, amount: 1400 }])
    const own = promotion({ terms, scope: { skus: ['a1'] } })
    const half = price([one(1000), one(1000, { sku: 'a2' })], { promotions: [own] })
    expect(half.lines.map(({ freight }) => freight)).toEqual([0, 400])
    expect(half).toMatchObject({ freight: 400, fulfillments: [{ freight: 400 }] })
    expect(half.lines[0]).not.toHaveProperty('discounts')
  })

  it('is free freight only for what goods come to in the end', () => {
    const terms: Terms = { kind: 'free_freight', threshold: 1000 }
    const promotions = [promotion({ id: 'free', terms }), reduction(500, 1)]
    expect(price([one(1000)], { promotions }).freight).toBe(800)
    expect(price([one(1001)], { promotions }).freight).toBe(0)
  })
})

describe('scope', () => {
  const tea = one(1000, { sku: 'tea', categories: ['green', 'drinks'] })
  const cup = one(1000, { sku: 'cup', merchantId: 'm-b', warehouseId: 'w-b' })

  it.each([
    ['everything', {}, ['l1', 'l2']],
    ['a product', { skus: ['tea'] }, ['l1']],
    ['a category above', { categories: ['drinks'] }, ['l1']],
    ['a merchant', { merchants: ['m-b'] }, ['l2']],
    ['what meets all that is named', { skus: ['tea', 'cup'], merchants: ['m-b'] }, ['l2']],
  ])('is %s', (_, scope, lineIds) => {
    const promotions = [reduction(500, 10, { scope })]
    expect(price([tea, cup], { promotions }).promotions).toMatchObject([{ lineIds }])
  })

  it('of a merchant never reaches beyond its own goods, whatever it names', () => {
    const scope = { skus: ['tea', 'cup'], merchants: ['m-a', 'm-b'] }
    const reach = reduction(500, 10, { merchantId: 'm-b', scope })
    expect(applied([reach], tea, cup)).toEqual(['p l2'])
    expect(applied([reduction(1001, 10, { merchantId: 'm-b' })], tea, cup)).toEqual([])
  })

  it('needs the currency of the order', () => {
    const dollars = coupon('k1', { threshold: 0, benefit: { off: 10 } }, { currency: 'USD' })
    const priced = price([tea], {
      promotions: [reduction(500, 10, { currency: 'USD' })],
      coupons: [dollars],
    })
    expect(priced).toMatchObject({ goods: 1000, unused: [{ couponId: 'k1', reason: 'scope' }] })
  })
})

describe('stacking', () => {
  const off = (id: string, overrides: Partial<Promotion> = {}) =>
    reduction(100, 10, { id, ...overrides })

  it('lets all that is free take effect, by priority, then by id', () => {
    expect(applied([off('b'), off('a'), off('c', { priority: 1 })], one(1000))).toEqual([
      ...['c l1', 'a l1', 'b l1'],
    ])
  })

  it('lets each see what the one before has left', () => {
    const promotions = [off('first', { priority: 1 }), reduction(1000, 50, { id: 'second' })]
    expect(applied(promotions, one(1000))).toEqual(['first l1'])
    expect(applied(promotions, one(1010))).toEqual(['first l1', 'second l1'])
  })

  it('lets the first of a group take effect on a line, in whatever tier the others are', () => {
    const summer = { stack: { group: 'summer' } } as const
    const narrow = { scope: { skus: ['a1'] }, priority: 1 }
    const promotions = [off('wide', summer), off('narrow', { ...summer, ...narrow })]
    expect(applied(promotions, one(500), one(500, { sku: 'a2' }))).toEqual(['narrow l1', 'wide l2'])
    const gold: Terms = { kind: 'member_percent', tiers: ['gold'], bps: 500 }
    const early = promotion({ id: 'early', terms: gold, ...summer })
    const others = [early, off('wide', summer), off('other', { stack: { group: 'spring' } })]
    expect(price([one(500)], { promotions: others, memberTier: 'gold' }).promotions).toMatchObject([
      ...[{ promotionId: 'early' }, { promotionId: 'other' }],
    ])
  })

  it('lets nobody close a line to the promotions of someone else, in a group or as an exclusive one', () => {
    const malls = reduction(30_000, 6000, { id: 'malls', stack: { group: 'mall' } })
    const cent = reduction(2, 1, { id: 'cent', merchantId: 'm-a', stack: { group: 'mall' } })
    const cart = [one(20_000), one(10_001, { merchantId: 'm-b', warehouseId: 'w-b' })]
    expect(applied([malls, cent], ...cart)).toEqual(['cent l1', 'malls l1 l2'])

    const gold: Terms = { kind: 'member_percent', tiers: ['gold'], bps: 1000 }
    const free: Terms = { kind: 'free_freight', threshold: 0 }
    const platforms = [
      promotion({ id: 'gold', terms: gold }),
      promotion({ id: 'free', terms: free, scope: { skus: ['b1'] } }),
    ]
    const shut = { merchantId: 'm-a', priority: 1, stack: 'exclusive' } as const
    const promotions = [
      ...platforms,
      promotion({ id: 'shut', ...shut, terms: { ...gold, bps: 1 } }),
      promotion({ id: 'shut-free', ...shut, terms: free, scope: { skus: ['a1'] } }),
    ]
    const priced = price([one(10_000), one(10_000, { sku: 'b1' })], {
      ...{ promotions, memberTier: 'gold' },
    })
    expect(priced.promotions.map(({ promotionId }) => promotionId)).toEqual([
      ...['shut', 'gold', 'shut-free', 'free'],
    ])
  })

  it('lets an exclusive one shut out all others of its tier, and only there', () => {
    const alone = off('alone', { stack: 'exclusive', priority: 1 })
    const own = off('own', { merchantId: 'm-a' })
    expect(applied([alone, off('other'), own], one(500))).toEqual(['own l1', 'alone l1'])
    expect(applied([off('first', { priority: 2 }), alone], one(500))).toEqual(['first l1'])
  })

  it('leaves lines alone that a promotion did not reach', () => {
    const alone = { stack: 'exclusive', priority: 1 } as const
    expect(applied([reduction(501, 10, { id: 'dear', ...alone }), off('other')], one(500))).toEqual(
      ['other l1'],
    )
  })
})

describe('an order', () => {
  const many = (count: number, overrides: Partial<Promotion> = {}) =>
    Array.from({ length: count }, (_, i) => {
      return reduction(100, 10, { id: `p${String(i).padStart(3, '0')}`, ...overrides })
    })

  it('is reduced by the first ten promotions of each owner in the order of reckoning, and no more', () => {
    const own = many(12, { merchantId: 'm-a' }).map((each) => ({ ...each, id: `own-${each.id}` }))
    const promotions = [...many(30), ...own]
    const priced = price([one(10_000)], { promotions })
    const ids = priced.promotions.map(({ promotionId }) => promotionId)

    expect(ids).toHaveLength(2 * LIMITS.promotions)
    expect([ids[0], ids[9], ids[10], ids.at(-1)]).toEqual([
      ...['own-p000', 'own-p009', 'p000', 'p009'],
    ])
    expect(price([one(10_000)], { promotions: promotions.toReversed() })).toEqual(priced)
  })

  it('tells of a coupon beyond them that what there is is closed to it', () => {
    const coupons = [coupon('k1', { threshold: 0, benefit: { off: 10 } })]
    expect(price([one(10_000)], { promotions: many(LIMITS.promotions), coupons }).unused).toEqual([
      { couponId: 'k1', reason: 'stacking' },
    ])
    expect(
      price([one(10_000)], { promotions: many(LIMITS.promotions - 1), coupons }).unused,
    ).toEqual([])
  })
})

describe('a coupon', () => {
  const held = (id: string, threshold = 0, overrides: Partial<Promotion> = {}) =>
    coupon(id, { threshold, benefit: { off: 100 } }, overrides)

  it('is needed for what it stands for', () => {
    const { promotion: terms } = held('k1')
    expect(price([one(1000)], { promotions: [terms] }).goods).toBe(1000)
  })

  it('of a merchant counts before the platform’s reductions, one of the platform after them', () => {
    const coupons = [held('late'), held('early', 0, { merchantId: 'm-a' })]
    const own = reduction(200, 10, { id: 'own', merchantId: 'm-a' })
    const { promotions } = price([one(1000)], { coupons, promotions: [reduction(200, 10), own] })
    expect(promotions.map(({ promotionId }) => promotionId)).toEqual([
      ...['own', 'of-early', 'p', 'of-late'],
    ])
  })

  it('counts once, however many of its kind are held up', () => {
    const coupons = [held('k2', 0, { id: 'same' }), held('k1', 0, { id: 'same' })]
    expect(price([one(1000)], { coupons })).toMatchObject({
      ...{ goods: 900, promotions: [{ couponId: 'k1' }] },
      unused: [{ couponId: 'k2', reason: 'stacking' }],
    })
  })

  it('that comes to nothing says why', () => {
    const coupons = [
      held('first', 0, { priority: 1, stack: { group: 'g' }, scope: { skus: ['a1'] } }),
      held('second', 0, { stack: { group: 'g' }, scope: { skus: ['a1'] } }),
      held('nearly', 600, { stack: { group: 'g' } }),
      held('far', 2000),
      held('elsewhere', 0, { scope: { skus: ['b1'] } }),
    ]
    const { unused } = price([one(500), one(400, { sku: 'a2' })], { coupons })
    expect(unused).toEqual([
      { couponId: 'elsewhere', reason: 'scope' },
      { couponId: 'far', reason: 'threshold', missing: 1200 },
      { couponId: 'nearly', reason: 'stacking' },
      { couponId: 'second', reason: 'stacking' },
    ])
  })
})

describe('who bears it', () => {
  it('is split by the promotion, and the shares of lines sum', () => {
    const promotions = [reduction(100, 10, { platformBps: 5000 })]
    const { lines, promotions: steps } = price([one(100), one(100), one(100)], { promotions })
    const shares = lines.flatMap(({ discounts = [] }) => discounts)
    expect(amounts(shares)).toEqual([4, 3, 3])
    expect(shares.map(({ platformFunded }) => platformFunded)).toEqual([2, 2, 1])
    expect(steps).toMatchObject([{ amount: 10, platformFunded: 5 }])
  })

  it('of free freight is kept with what is sent: by the platform as it says, else by its merchant', () => {
    const terms: Terms = { kind: 'free_freight', threshold: 0 }
    const cart = [one(100), one(100, { merchantId: 'm-b', warehouseId: 'w-b' })]
    const borne = (overrides: Partial<Promotion>) =>
      price(cart, { promotions: [promotion({ terms, ...overrides })] }).fulfillments.map(
        ({ freightBorne }) => freightBorne,
      )
    expect(borne({ merchantId: 'm-a' })).toEqual([800, undefined])
    expect(borne({ platformBps: 10_000 })).toEqual([undefined, undefined])
    expect(borne({ platformBps: 2500 })).toEqual([600, 450])
  })

  it('of a line’s free freight is split over all that it is sent in', () => {
    const sources = [
      { warehouseId: 'w-a', addressId: 'home', quantity: 1 },
      { warehouseId: 'w-c', addressId: 'home', quantity: 2 },
    ]
    const own = { merchantId: 'm-a', platformBps: 5000 }
    const promotions = [promotion({ terms: { kind: 'free_freight', threshold: 0 }, ...own })]
    const { fulfillments } = price([{ ...one(100), quantity: 3, sources }], { promotions })
    expect(fulfillments.map(({ freight, freightBorne }) => [freight, freightBorne])).toEqual([
      ...[
        [0, 400],
        [0, 400],
      ],
    ])
  })
})
