/**
 * Money is an integer count of minor units (cents, fen) in a safe-integer `number` with its
 * currency beside it. Products and divisions happen here and nowhere else, in `bigint` where they
 * may leave the safe integers; nothing is ever a fraction.
 */

/** Largest amount accepted anywhere, in minor units: well inside the safe integers, with sums. */
export const MAX_AMOUNT = 1_000_000_000_000

export function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_AMOUNT
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

/** `unit × quantity`, refusing a product above the cap. Throws RangeError. */
export function times(unit: number, quantity: number): number {
  const product = BigInt(unit) * BigInt(quantity)
  if (product > BigInt(MAX_AMOUNT)) throw new RangeError('amount above the cap')
  return Number(product)
}

/** How often `step` goes into `amount`. */
export function wholeTimes(amount: number, step: number): number {
  return Number(BigInt(amount) / BigInt(step))
}

/** Some units and what they come to together. */
export type Goods = { quantity: number; amount: number }

/** Sorts the cheaper unit first. */
export function byUnitPrice(a: Goods, b: Goods): number {
  const [one, other] = [
    BigInt(a.amount) * BigInt(b.quantity),
    BigInt(b.amount) * BigInt(a.quantity),
  ]
  return Number(one > other) - Number(one < other)
}

/** `amount × bps / 10 000`, half up. */
export function basisPoints(amount: number, bps: number): number {
  return Number((BigInt(amount) * BigInt(bps) * 2n + 10_000n) / 20_000n)
}

/** What is left of `amount` without a tax of `bps` that it includes, half up; `amount` is not below zero. */
export function netOfTax(amount: number, bps: number): number {
  const whole = 10_000n + BigInt(bps)
  return Number((BigInt(amount) * 20_000n + whole) / (2n * whole))
}

/**
 * Split `amount` by `weights`, to the unit: floors first, the rest one by one to the largest
 * remainders (tie: lower index), never above `caps[i]`; what a cap turns away goes round again over
 * the uncapped. The result sums to `amount`, or to Σ caps where that is less. Weights that sum to
 * zero count as equal.
 */
export function allocate(
  amount: number,
  weights: readonly number[],
  caps: readonly number[] = weights.map(() => amount),
): number[] {
  const shares = weights.map(() => 0)
  let rest = Math.min(amount, sum(caps))
  while (rest > 0) {
    const open = weights.map((_, i) => i).filter((i) => (shares[i] ?? 0) < (caps[i] ?? 0))
    const round = splitOnce(rest, weightsOf(open, weights))
    for (const [k, i] of open.entries()) {
      const share = Math.min(round[k] ?? 0, (caps[i] ?? 0) - (shares[i] ?? 0))
      shares[i] = (shares[i] ?? 0) + share
      rest -= share
    }
  }
  return shares
}

function weightsOf(indexes: readonly number[], weights: readonly number[]): number[] {
  const chosen = indexes.map((i) => weights[i] ?? 0)
  return sum(chosen) > 0 ? chosen : chosen.map(() => 1)
}

function splitOnce(amount: number, weights: readonly number[]): number[] {
  const total = sum(weights)
  const parts = weights.map((weight) => partOf(amount, weight, total))
  const shares = parts.map(({ share }) => share)
  const left = amount - sum(shares)
  if (left === 0) return shares
  const byRemainder = parts
    .map(({ remainder }, i) => ({ i, remainder }))
    .toSorted((a, b) => b.remainder - a.remainder || a.i - b.i)
  for (const { i } of byRemainder.slice(0, left)) shares[i] = (shares[i] ?? 0) + 1
  return shares
}

/**
 * `amount × weight / total` as a whole number and its remainder; products that are safe integers,
 * as nearly all are, without `bigint`.
 */
function partOf(amount: number, weight: number, total: number) {
  const isPlain = Math.min(amount, weight) >= 0 && total > 0
  if (isPlain && amount * Math.max(weight, total) <= Number.MAX_SAFE_INTEGER) {
    const remainder = (amount * weight) % total
    return { share: (amount * weight - remainder) / total, remainder }
  }
  const product = BigInt(amount) * BigInt(weight)
  return { share: Number(product / BigInt(total)), remainder: Number(product % BigInt(total)) }
}

/**
 * `units` of a line, those that come after `before` others: numbers `before` to `before + units −
 * 1`.
 */
export type Span = { before: number; units: number }

/** Price of some units of a line that cost `paid` for `quantity`: any partition sums to `paid`. */
export function unitShare(paid: number, quantity: number, { before, units }: Span): number {
  const upTo = (count: number) => partOf(paid, count, quantity).share
  return upTo(before + units) - upTo(before)
}

/** Price of all units in `spans`. */
export function sharesOf(paid: number, quantity: number, spans: readonly Span[]): number {
  return sum(spans.map((span) => unitShare(paid, quantity, span)))
}

/** "158.03" for 15803 CNY: what people read, never what code parses. */
export function formatAmount(amount: number, currency: string): string {
  const digits = currencyDigits(currency)
  if (digits === 0) return String(amount)
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  return `${amount < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** Minor-unit digits by ISO 4217: 2 for CNY, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}
