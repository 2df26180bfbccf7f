import { randomBytes } from 'node:crypto'

/** 26 characters that nobody guesses, lower case: fit for addresses, workflow ids and search attributes. */
export const newId = () => base32(randomBytes(16), 'abcdefghijklmnopqrstuvwxyz234567')

/** Characters that people can read to each other: no I, L, O or U. */
const READABLE = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export const newNumber = () => base32(randomBytes(7), READABLE).slice(0, 10)

/** Ten bytes as sixteen characters in fours: `7Q2M-9XKD-4BTV-W8ZC`. */
export const codeFrom = (bytes: Buffer) => base32(bytes, READABLE).replaceAll(/.{4}(?=.)/g, '$&-')

/** One that nobody guesses. */
export const newCode = () => codeFrom(randomBytes(10))

/** Five bits per character, the rest of the last one zero. */
function base32(bytes: Buffer, alphabet: string): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}
