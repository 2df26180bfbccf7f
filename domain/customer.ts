import type { Locale } from './locale.ts'

/** Where something goes, without the person. */
export type Place = {
  country: string
  region: string
  city: string
  district?: string
  postcode?: string
}

/** A delivery address with its person: personal data, so it lives in the vault only. */
export type Address = Place & { name: string; phone: string; street: string }

/** An order that is brought in may know no more than the place. */
export type KnownAddress = Place & Partial<Address>

/** Whether a parcel can be sent there. */
export function isComplete(address: KnownAddress): address is Address {
  const { name, phone, street } = address
  return name !== undefined && phone !== undefined && street !== undefined
}

export type Contact = { email: string; locale: Locale }
