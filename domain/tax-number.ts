/*
 * Whether a company's tax number can exist. What is checked is its form and its check character; that a company has it
 * only the tax office knows.
 */

/** Characters of a unified social credit code by value: no I, O, S, V, Z, which are mistaken for others. */
const CODE_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/**
 * How it begins: the registering office (A: the army's, N: agriculture's, Y: others), its kind of organisation, and a
 * region, none of which begins with a zero.
 */
const CODE_START = /^[1-9ANY][1-9][1-9]\d{5}/
/** Weights of its first 17 characters: powers of 3 modulo 31 (GB 32100-2015). */
const CODE_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** Weights of the first 17 digits of a citizen's number, and its check characters by remainder (GB 11643-1999). */
const CITIZEN_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CITIZEN_CHECKS = '10X98765432'

/** As it is written on invoices: capitals, without blanks. */
export const plainTaxNumber = (text: string) => text.replaceAll(/[\s-]/g, '').toUpperCase()

/**
 * 18 characters are a unified social credit code. Older forms that are still in use: 20 digits of a sole trader, who
 * has a citizen's number with two more digits, and 15 characters of before 2015, which have no check character.
 */
export function isTaxNumber(text: string): boolean {
  switch (text.length) {
    case 18:
      return isCreditCode(text)
    case 20:
      return /^\d\d$/.test(text.slice(18)) && isCitizenNumber(text.slice(0, 18))
    case 15:
      return /^[1-9]\d{5}[\dA-Z]{9}$/.test(text)
    default:
      return false
  }
}

/** Registering office, kind, region (6 digits), organisation (9), check character. */
function isCreditCode(text: string): boolean {
  const values = Array.from(text, (character) => CODE_ALPHABET.indexOf(character))
  if (values.includes(-1) || !CODE_START.test(text)) return false
  const check = (31 - (weighed(values, CODE_WEIGHTS) % 31)) % 31
  return values[17] === check
}

function isCitizenNumber(text: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false
  const digits = Array.from(text.slice(0, 17), Number)
  return CITIZEN_CHECKS[weighed(digits, CITIZEN_WEIGHTS) % 11] === text[17]
}

const weighed = (values: readonly number[], weights: readonly number[]) =>
  weights.reduce((total, weight, i) => total + weight * (values[i] ?? 0), 0)
