import type { Order } from '../domain/order.ts'
import type { Person } from './door.ts'
import { outside } from './outside.ts'
import type { Scene } from './scene.ts'
import { reach, readState } from './waiting.ts'

export type Hands = ReturnType<typeof handsOn>

/** What every step of an order's journey is made of: look, ask at the front door, wait until it was taken. */
export function handsOn(scene: Scene, id: string) {
  const { db, door } = scene
  const state = () => readState(db, id)
  return {
    scene,
    id,
    state,
    world: outside(scene.sandbox.url),
    reaches: (what: string, test: (order: Order) => boolean) => reach({ db, id }, what, test),
    act: <T>(action: string, as: Person, body: object = {}): Promise<T> =>
      door.ask<T>('POST', `/v1/orders/${id}/${action}`, { as, body }),
    customer: async (): Promise<Person> => ({
      role: 'customer',
      subject: (await state()).customerId,
    }),
  }
}
