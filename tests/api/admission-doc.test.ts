import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addPromotions } from '../../scripts/shop-promotions.ts'
import { CATALOGUE } from '../../scripts/wares.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/*
 * The walk of `docs/admission.md`, sent as it stands. ‹names› stand for what an earlier answer held.
 */

const PAGE = readFileSync(new URL('../../docs/admission.md', import.meta.url), 'utf8')
const EXCHANGE =
  /```http\nPOST (?<path>\S+) as (?<role>\w+)\n\n(?<body>[^`]+)```\n\n```json\n(?<answer>[^`]+)```/g

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ catalogue: CATALOGUE })
  api = openApi(world)
  keys = await makeKeys(world, { customer: 'demo-customer' })
  await addPromotions(world.db, 'demo-customer')
})
afterAll(() => world.stop())

it('S2-1.3a the walk of the docs is answered as it says', async () => {
  const known = new Map<string, string>()
  const filled = (text: string): Json =>
    JSON.parse(text.replaceAll(/‹\w+›/g, (name) => known.get(name) ?? name))
  const exchanges = [...PAGE.matchAll(EXCHANGE)].map(({ groups }) => groups ?? {})
  expect(exchanges).toHaveLength(4)
  for (const { path = '', role = '', body = '', answer = '' } of exchanges) {
    const key = keys[role as keyof Keys]
    const { json } = await api.ask('POST', path, { key, body: filled(body) })
    learn(known, { expected: JSON.parse(answer), found: json })
    expect(json).toMatchObject(filled(answer))
  }
})

/** What the page calls by a name, wherever it stands in the answer. */
function learn(
  known: Map<string, string>,
  { expected, found }: { expected: Json; found: Json },
): void {
  if (typeof expected === 'string' && /^‹\w+›$/.test(expected)) {
    known.set(expected, known.get(expected) ?? found)
  }
  if (typeof expected !== 'object' || expected === null) return
  for (const name of Object.keys(expected)) {
    learn(known, { expected: expected[name], found: found?.[name] })
  }
}
