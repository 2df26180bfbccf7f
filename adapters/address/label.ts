import { formatAddress } from 'localized-address-format'
import type { Address } from '../../domain/customer.ts'
import { shows } from './abroad.ts'
import { isHan } from './names.ts'

/** Lines of a label in the country's order. What its post has no line for stands with the street. */
export function labelOf(address: Address): string[] {
  const { country, region, city, district, postcode, name } = address
  const isLocal = isHan(`${region}${city}${address.street}`)
  // 北京市北京市: the city is its own province.
  const isTwice = region === city && country === 'CN'
  const fields = {
    ...{ postalCountry: country, locality: city, name, addressLines: streetOf(address, isLocal) },
    ...(!isTwice && { administrativeArea: region }),
    ...(district !== undefined && { dependentLocality: district }),
    ...(postcode !== undefined && { postalCode: postcode }),
  }
  return formatAddress(fields, isLocal ? 'local' : 'latin')
}

function streetOf(
  { country, region, city, district, street }: Address,
  isLocal: boolean,
): string[] {
  const more = [
    ...(city !== region && !shows(country, 'locality') ? [city] : []),
    ...(district !== undefined && !shows(country, 'dependentLocality') ? [district] : []),
  ]
  return isLocal ? [`${more.join('')}${street}`] : [street, ...more]
}
