import type { Address, KnownAddress } from '../../domain/customer.ts'
import type { Locale } from '../../domain/locale.ts'

export type AddressField = keyof Address

/** An address as someone wrote it: anything but the country may be missing. */
export type AddressDraft = { country: string } & {
  [F in Exclude<AddressField, 'country'>]?: string | null
}

/** What is wrong with one field, and what to ask its writer. */
export type AddressProblem = {
  field: AddressField
  code:
    | 'ADDRESS_INCOMPLETE'
    | 'DIVISION_UNKNOWN'
    | 'DIVISION_MISMATCH'
    | 'POSTCODE_INVALID'
    | 'PHONE_INVALID'
    | 'COUNTRY_INVALID'
  /** All that is missing; `field` is the first of it. */
  missing?: AddressField[]
  /** Names that fit the field; of a mismatch the whole way there, as `广东省/深圳市`. */
  suggestions?: string[]
}

export type Checked<A = Address> = { address: A } | { problems: AddressProblem[] }

/** A province, a city or a district of China. */
export type Division = {
  /** As China's statistics have it; of Hong Kong, Macao and Taiwan below the first level our own. */
  code: string
  name: string
  /** Pinyin without its suffix; of provinces the usual English name. */
  latin?: string
  /** Whether there are divisions under it. */
  divided: boolean
}

/** What Longhaul asks about addresses. */
export type AddressBook = {
  /**
   * The address in its normal form, or all that is wrong with it. Suggestions are in the script that it is written in,
   * or in the reader's where nothing is written yet.
   */
  check(draft: AddressDraft, locale: Locale): Checked
  /** The same where person and street may still be missing; what there is of them is checked. */
  checkPlace(draft: AddressDraft, locale: Locale): Checked<KnownAddress>
  /** The provinces, or what is under the division with that code; undefined where there is no such one. */
  divisions(under?: string): Division[] | undefined
  /** Lines of a label, in the order that the country's post expects; without the country itself. */
  format(address: Address): string[]
}
