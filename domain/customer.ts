import type { Locale } from './locale.ts'

/** A delivery address with its person: personal data, so it lives in the vault only. */
export type Address = {
  name: string
  phone: string
  country: string
  region: string
  city: string
  district?: string
  street: string
  postcode?: string
}

export type Contact = { email: string; locale: Locale }
