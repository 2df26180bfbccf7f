import { randomBytes } from 'node:crypto'

/** 26 characters that nobody guesses, lower case: fit for addresses, workflow ids and search attributes. */
export const newId = () => base32(randomBytes(16), 'abcdefghijklmnopqrstuvwxyz234567')

/** Ten characters that people can read to each other: no I, L, O or U. */
export const newNumber = () =>
  base32(randomBytes(7), '0123456789ABCDEFGHJKMNPQRSTVWXYZ').slice(0, 10)

/** Five bits per character, the rest of the last one zero. */
function base32(bytes: Buffer, alphabet: string): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}
