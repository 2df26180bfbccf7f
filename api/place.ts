import type { AddressBook, AddressDraft } from '../adapters/address/port.ts'
import type { Locale } from '../domain/locale.ts'
import type { ApiParts } from './context.ts'
import type { FieldError } from './problem.ts'

/*
 * Places of warehouses and rules, in the words of checked addresses, because they are compared with those.
 */

type Named = { country: string; region?: string; city?: string }

/** The place in its normal form, or what is wrong with it; `at` is the JSON pointer to it. */
export function checkedPlace<P extends Named>(
  { addresses }: Pick<ApiParts, 'addresses'>,
  { place, at, locale }: { place: P; at: string; locale: Locale },
): { place: P; errors: FieldError[] } {
  const { country, region = '', city = country === 'CN' ? '' : region } = place
  const found = checkedDown(addresses, { country, region, city }, locale)
  if ('problems' in found) {
    const errors = found.problems
      .filter(({ field }) => field in place)
      .map(({ field, ...rest }) => ({ path: `${at}/${field}`, ...rest }))
    return { place, errors }
  }
  const { address } = found
  const named = {
    ...(place.region !== undefined && { region: address.region }),
    ...(place.city !== undefined && { city: address.city }),
  }
  return { place: { ...place, ...named }, errors: [] }
}

/** Addresses go down to the district and places don't, so any that there is will do. */
function checkedDown(
  book: AddressBook,
  draft: AddressDraft,
  locale: Locale,
): ReturnType<AddressBook['checkPlace']> {
  const found = book.checkPlace(draft, locale)
  const [asked] = 'problems' in found ? found.problems : []
  const any = asked?.suggestions?.[0]
  const isBelow = asked?.field === 'city' || asked?.field === 'district'
  return asked?.code === 'ADDRESS_INCOMPLETE' && isBelow && any !== undefined
    ? checkedDown(book, { ...draft, [asked.field]: any }, locale)
    : found
}
