import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { CODES } from '../../api/codes.ts'
import type { Operation } from '../../api/policy.ts'
import { REQUESTS } from './requests.ts'
import type { Json, Keys, Question, TestApi } from './support.ts'

/** How many ask at once; each of them has a connection. */
const ASKERS = 6

export type Asking = Question & { operation: Operation; path: string }
export type Answered = { operation: Operation; status: number; code: string; json: Json }

/** What somebody asks for. */
export const asker =
  (keys: () => Keys) =>
  (who: keyof Keys) =>
  (operation: Operation, path: string, body: object = {}): Asking => ({
    ...{ operation, path, body, key: keys()[who] },
  })

/** One request each. */
export const six = (ask: (asker: number) => Asking): Asking[] =>
  Array.from({ length: ASKERS }, (_, asker) => ask(asker))

/** Six of these, in turn. */
export const inTurn = (...asked: readonly Asking[]): Asking[] =>
  six((asker) => asked[asker % asked.length] as Asking)

/** Everybody asks at once; each is answered as the operation says, and nobody by a failure. */
export const racing = (api: TestApi) => (asked: readonly Asking[]) =>
  Promise.all(asked.map((asking) => answered(api, asking)))

async function answered(api: TestApi, asking: Asking): Promise<Answered> {
  const { operation, path, ...question } = asking
  const { status, json } = await api.ask(REQUESTS[operation][0], path, question)
  const code: string = status < 300 ? 'done' : json.code
  expect(status, `${operation} ${code}`).toBeLessThan(500)
  if (status >= 300) expect(CODES[operation], operation).toContain(code)
  // What was asked makes sense, or nothing was raced for; of these alone it may be a code that is taken.
  const isMistaken = code === 'INPUT_INVALID' && operation !== 'issueCoupons'
  expect(isMistaken, `${operation} ${JSON.stringify(json?.errors)}`).toBe(false)
  return { operation, status, code, json }
}

/** How many of these operations came true. */
export const doneOf = (answers: readonly Answered[], ...operations: Operation[]): number =>
  answers.filter(({ operation, code }) => code === 'done' && operations.includes(operation)).length

export type Race = { asked: Asking[]; expected?: (answers: Answered[]) => unknown }

export type Races = Record<string, () => Promise<Race>>

/** As many of them come true. */
export const done = (count: number, ...operations: Operation[]) => ({
  expected: (answers: Answered[]) => expect(doneOf(answers, ...operations)).toBe(count),
})

type Running = { rounds?: number; after?: () => Promise<unknown> }

/** Races that are run some times each, as rare meetings show after some rounds only; of everything anew. */
export function run(api: () => TestApi, races: Races, { rounds = 5, after }: Running = {}): void {
  it.each(Object.entries(races))('%s comes about as if one came first', async (_what, prepare) => {
    for (let round = 0; round < rounds; round += 1) {
      const { asked, expected } = await prepare()
      await expected?.(await racing(api())(asked))
      await after?.()
    }
  })
}

/** An id that nothing else has. */
export const short = () => randomUUID().slice(0, 8)

/** What has to be there before, by one request. */
export async function first(api: TestApi, asking: Asking): Promise<Json> {
  const [answer] = await racing(api)([asking])
  expect(answer, JSON.stringify(answer)).toMatchObject({ code: 'done' })
  return answer?.json
}
