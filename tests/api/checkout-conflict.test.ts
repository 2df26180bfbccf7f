import { afterAll, beforeAll, expect, it } from 'vitest'
import { shelf } from '../support/stock.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { cart, makeKeys, openApi, priced } from './support.ts'
import type { Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

/** From now on every transaction that holds units is given up so many times for another one's sake. */
async function giveUp(times: number, errcode: string): Promise<void> {
  await world.db.unsafe(`
    create sequence if not exists holding; alter sequence holding restart;
    create or replace function give_up() returns trigger language plpgsql as $$
    begin
      if nextval('holding') <= ${times} then
        raise exception 'given up' using errcode = '${errcode}';
      end if;
      return new;
    end $$;
    create or replace trigger give_up before insert on reservations for each row execute function give_up()`)
}

it.each([
  [2, '40P01', 201],
  [2, '40001', 201],
  [1000, '40P01', 503],
])(
  'an order whose transaction is given up %i times for another one’s sake (%s) is answered %i',
  async (times, errcode, answer) => {
    const { sku } = await world.product({ onHand: 1 })
    const key = keys.customer
    const body = await priced(api, key, cart({ lines: [{ sku, quantity: 1 }] }))
    await giveUp(times, errcode)
    const { status } = await api.ask('POST', '/v1/orders', { key, body })

    expect(status).toBe(answer)
    expect(await shelf(world.db, sku)).toMatchObject({ reserved: answer === 201 ? 1 : 0 })
  },
)
