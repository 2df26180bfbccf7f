import type { Consignment, Shipping } from './consignment.ts'
import type { Place } from './customer.ts'
import { estimateOf } from './estimate.ts'
import type { Calendars, Dispatch } from './estimate.ts'
import { fits, freightOf } from './freight.ts'
import type { FreightRule } from './freight.ts'
import { byId, grouped, known, remembered } from './lookup.ts'

/** What getting goods to people rests on. */
export type DeliveryFacts = {
  /** `freight`: what a parcel costs where there are no rules. */
  merchants: readonly { id: string; freight: number }[]
  warehouses: readonly { id: string; dispatch: Dispatch; place?: Pick<Place, 'country'> }[]
  freightRules: readonly FreightRule[]
}

/** Days on the way where a merchant has no freight rules of its own. */
const USUAL_TRANSIT = { min: 1, max: 5 }

export type Delivery = ReturnType<typeof openDelivery>

/**
 * What gets where, for how much, and when. A merchant with freight rules sends only where one goes;
 * one without ships flat to everywhere.
 */
export function openDelivery(
  facts: DeliveryFacts,
  places: Readonly<Record<string, Place>>,
  calendars: Calendars,
) {
  const merchants = byId(facts.merchants)
  const warehouses = byId(facts.warehouses)
  const rules = grouped(facts.freightRules, ({ merchantId }) => merchantId)
  const placeById = new Map(Object.entries(places))
  const reaching = remembered((merchantId) =>
    remembered((addressId) => {
      const own = rules.get(merchantId)
      const place = known(placeById, addressId)
      return remembered(
        (warehouseId) =>
          own === undefined || own.some((rule) => fits(rule, { merchantId, warehouseId, place })),
      )
    }),
  )

  function freight({ merchantId, warehouseId, addressId, grams }: Consignment) {
    const own = rules.get(merchantId)
    const { freight: amount } = known(merchants, merchantId)
    if (own === undefined) return { amount, transit: USUAL_TRANSIT }
    const place = known(placeById, addressId)
    const found = freightOf(own, { merchantId, warehouseId, place, grams })
    if (found === undefined) throw new Error('what nothing brings isn’t sent')
    return found
  }

  return {
    /** Whether a merchant's parcels get to an address from a warehouse. */
    reaches: (merchantId: string, addressId: string): ((warehouseId: string) => boolean) =>
      reaching(merchantId)(addressId),
    /** Of what is all there `at`; without it nobody knows when it arrives. */
    shipping(consignment: Consignment, at: string | undefined): Shipping {
      const { transit, ...told } = freight(consignment)
      if (at === undefined) return told
      const { dispatch, place } = known(warehouses, consignment.warehouseId)
      const calendar = calendars(place?.country)
      return { ...told, estimate: estimateOf({ at, dispatch, transit, calendar }) }
    },
  }
}
