import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../../testing/index.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import { differencesOf } from '../support/money-proof.ts'
import { ENOUGH, faultsMet, tallyOf } from '../support/money-tally.ts'
import { live } from '../support/random-life.ts'
import type { Lived } from '../support/random-life.ts'
import { plansOf } from '../support/random-plan.ts'
import type { Plan } from '../support/random-plan.ts'

/** Fixed, so that a red run is red for everyone; another one comes from the environment. */
const SEED = Number(process.env['SEED'] ?? 20_261_122)
const ORDERS = 100
/** Orders under way at a time: what two cores carry. */
const AT_ONCE = 6
/** A hundred lives take some two minutes on two busy cores. */
const TIMEOUT_MS = 600_000

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

describe('a hundred random orders with random faults', { timeout: TIMEOUT_MS }, () => {
  it(`D1 D2 D3 D4 D20 keep every invariant, and the platforms’ own record (seed ${SEED})`, async () => {
    const plans = plansOf(SEED, ORDERS)
    const problems: string[] = []
    const lived = await each(plans, (plan) => lifeOf(plan, problems))
    for (const life of lived) await proveOf(life, problems)

    expect(problems.join('\n\n')).toBe('')
    expect(await world.invariants()).toEqual([])
    expect(missingOf(await tallyOf(world), ENOUGH)).toEqual({})
    const met = await faultsMet(world, plans)
    expect(Object.entries(met).filter(([, count]) => count <= 0)).toEqual([])
  })
})

/** What occurred less often than it has to. */
const missingOf = (found: Record<string, number>, wanted: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(wanted)
      .map(([name, count]) => [name, (found[name] ?? 0) - count] as const)
      .filter(([, left]) => left < 0),
  )

async function each<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const left = items.entries()
  const results: R[] = []
  const work = async () => {
    for (const [i, item] of left) results[i] = await act(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return results
}

/** What goes wrong is told with all that it takes to see it again. */
async function lifeOf(plan: Plan, problems: string[]): Promise<Lived | undefined> {
  let order: TestOrder | undefined
  try {
    return await live(world, plan, (placed) => (order = placed))
  } catch (error) {
    problems.push(`${String(error)}\n${await storyOf(plan, order)}`)
    return undefined
  }
}

async function proveOf(lived: Lived | undefined, problems: string[]): Promise<void> {
  if (lived === undefined) return
  const differences = await differencesOf(world, lived)
  if (differences.length === 0) return
  problems.push([...differences, await storyOf(lived.plan, lived.order)].join('\n'))
}

async function storyOf(plan: Plan, order: TestOrder | undefined): Promise<string> {
  const entries = (await order?.timeline()) ?? []
  const lines = entries.map(({ at, type, data }) => `  ${at} ${type} ${JSON.stringify(data)}`)
  return [`seed ${SEED}, plan ${JSON.stringify(plan)}`, ...lines].join('\n')
}
