import { formatAddress } from 'localized-address-format'
import type { Asked, Place } from './chinese.ts'
import type { AddressDraft, AddressField } from './port.ts'

/** Countries whose post can't do without a state or province. */
const REGION_NEEDED = new Set(
  'AE AU BR CA CO ES HK ID IN IT JP KR KY MX NG RU TH TW US VE'.split(' '),
)
/** Countries whose post sorts by postcode alone. */
const POSTCODE_NEEDED = new Set(
  [
    ...['AT AU BE BR CA CH CZ DE DK ES FI FR GB GR HU IE IN IT JP'],
    ...['KR LT LU MX NL NO NZ PL PT RO RU SE SG SI SK UA US ZA'],
  ]
    .join(' ')
    .split(' '),
)

/** What stands for a value, to see whether a country's labels show it. */
const PROBE = '\u2022'

type Part = 'administrativeArea' | 'locality' | 'dependentLocality'

/** Whether a country's labels have a place for it. */
export const shows = (country: string, part: Part): boolean =>
  formatAddress({ postalCountry: country, [part]: PROBE }).some((line) => line.includes(PROBE))

/** A place outside the tree, as it was written but for blanks: what its country's post needs. Parts that its labels don't have repeat the others. */
export function placeAbroad(draft: AddressDraft): { place: Place } | Asked {
  const { country } = draft
  const [region, city, district] = [draft.region, draft.city, draft.district].map((text) =>
    (text ?? '').normalize('NFC').trim().replaceAll(/\s+/gu, ' '),
  ) as [string, string, string]
  const missing: AddressField[] = []
  if (region === '' && REGION_NEEDED.has(country)) missing.push('region')
  if (city === '' && shows(country, 'locality')) missing.push('city')
  const [field] = missing
  if (field !== undefined)
    return { ask: { field, code: 'ADDRESS_INCOMPLETE', missing, suggestions: [] } }
  const place = { region: region || city || country, city: city || region || country }
  return { place: { ...place, ...(district !== '' && { district }) } }
}

export const needsPostcode = (country: string): boolean => POSTCODE_NEEDED.has(country)
