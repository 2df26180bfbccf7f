import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { CountryCode, NumberType } from 'libphonenumber-js/max'

/** Numbers of services: nobody stands at a door with one. */
const SERVICES: readonly NumberType[] = [
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'PAGER',
  'VOICEMAIL',
]

export const isCountry = (country: string): country is CountryCode => isSupportedCountry(country)

/** The number as E.164, where it is someone's in one of these countries, or anywhere if it begins with `+`. */
export function phoneOf(text: string, countries: readonly CountryCode[]): string | undefined {
  const plain = text.normalize('NFKC')
  for (const country of countries) {
    const phone = parsePhoneNumberFromString(plain, { defaultCountry: country, extract: false })
    // E.164 has no room for an extension, and without it the number isn't theirs.
    if (phone?.isValid() !== true || phone.ext !== undefined) continue
    if (!SERVICES.includes(phone.getType())) return phone.number
  }
  return undefined
}
