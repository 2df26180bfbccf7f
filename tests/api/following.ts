import { expect, onTestFinished } from 'vitest'
import { recordEvents } from '../../db/record.ts'
import { startWorld } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, TestApi } from './support.ts'

type Source = {
  key?: string
  from?: TestApi
  query?: string
  lastEventId?: number | string
  method?: string
}

export type Site = Awaited<ReturnType<typeof startSite>>

/** A world, its API, and streams read as browsers read them. */
export async function startSite() {
  const world = await startWorld()
  const api = openApi(world)
  const keys = await makeKeys(world)

  const ask = (id: string, { key, from = api, query = '', lastEventId, method }: Source = {}) =>
    from.app.request(`/v1/orders/${id}/stream${query}`, {
      ...(method !== undefined && { method }),
      headers: {
        authorization: `Bearer ${key ?? keys.customer}`,
        ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
      },
    })

  return {
    ...{ world, api, keys, ask },
    /** An open stream; cancelled with the test. */
    follow: async (id: string, source: Source = {}) => eventsOf(await ask(id, source)),
    order: (overrides?: Record<string, unknown>) =>
      place({ world, api, key: keys.customer }, overrides),
    timeline: async (id: string, key = keys.customer): Promise<Json[]> =>
      (await api.ask('GET', `/v1/orders/${id}/timeline`, { key })).json.items,
    /** An event that any unpaid order may record, in the name of its workflow. */
    remind: (id: string, next = 3, db = world.db) =>
      recordEvents(db, {
        ...{ orderId: id, next },
        proposed: [{ type: 'payment.reminded', at: new Date().toISOString(), data: {} }],
      }),
  }
}

export function eventsOf(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (response.status !== 200 || reader === undefined) throw new Error(`${response.status}`)
  onTestFinished(() => reader.cancel())
  let text = ''

  /** The next event; undefined at the end of the stream. */
  async function next(): Promise<Json> {
    for (;;) {
      const [block, ...rest] = text.split('\n\n')
      if (rest.length === 0) {
        const { done, value } = await reader!.read()
        if (done) return undefined
        text += value
        continue
      }
      text = rest.join('\n\n')
      const fields = Object.fromEntries(block!.split('\n').map((line) => line.split(/: (.*)/, 2)))
      if ('id' in fields) return { ...fields, data: JSON.parse(fields.data) }
    }
  }

  /** All entries up to the first of a type, or to the end. */
  async function entries(last?: string): Promise<Json[]> {
    const seen: Json[] = []
    for (let event = await next(); event !== undefined; event = await next()) {
      expect([event.id, event.event]).toEqual([String(event.data.seq), event.data.type])
      seen.push(event.data)
      if (event.event === last) break
    }
    return seen
  }
  return { next, entries, cancel: () => reader.cancel() }
}
