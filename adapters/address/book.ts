import { postcodeValidator, postcodeValidatorExistsForCountry } from 'postcode-validator'
import type { KnownAddress } from '../../domain/customer.ts'
import type { Locale } from '../../domain/locale.ts'
import { needsPostcode, placeAbroad } from './abroad.ts'
import { placeIn } from './chinese.ts'
import type { Asked, Place, Question } from './chinese.ts'
import { divisionOf, readTree, wayTo } from './divisions.ts'
import type { Node, Tree } from './divisions.ts'
import { labelOf } from './label.ts'
import { isHan, tidy } from './names.ts'
import { isCountry, phoneOf } from './phone.ts'
import type { AddressBook, AddressDraft, AddressField, AddressProblem, Checked } from './port.ts'

/** Parts of China with posts and telephones of their own, by the code of their division. */
const TERRITORIES: Record<string, string> = { 81: 'HK', 82: 'MO', 71: 'TW' }

/** Characters of a street, or of a number in a village; a single one is a slip. */
const SHORTEST_STREET = 2

/** Addresses by the tree of China's divisions, and elsewhere by what each country's post needs. */
export function openAddressBook(): AddressBook {
  const tree = readTree()
  const check = (draft: AddressDraft, wish: Wish): Checked<KnownAddress> =>
    isCountry(draft.country)
      ? checked(locate(tree, draft), wish)
      : { problems: [problem('country', 'COUNTRY_INVALID')] }
  return {
    // Nothing is missing where all of it was asked for.
    check: (draft, locale) => check(draft, { locale, isWhole: true }) as Checked,
    checkPlace: (draft, locale) => check(draft, { locale, isWhole: false }),
    divisions: (under) =>
      (under === undefined ? tree.provinces : tree.find(under)?.under)?.map(divisionOf),
    format: labelOf,
  }
}

/** `isWhole`: person and street, too, have to be there. */
type Wish = { locale: Locale; isWhole: boolean }
/** `territory`: whose post and telephones serve it. */
type Located = ({ place: Place } | Asked) & { draft: AddressDraft; territory: string }

function locate(tree: Tree, draft: AddressDraft): Located {
  if (draft.country !== 'CN') return { ...placeAbroad(draft), draft, territory: draft.country }
  const found = placeIn(tree, draft)
  const code = 'ask' in found ? '' : found.province.code
  return { ...found, draft, territory: TERRITORIES[code] ?? draft.country }
}

function checked(located: Located, wish: Wish): Checked<KnownAddress> {
  const { draft, territory } = located
  const { country } = draft
  const [name, street, given] = [textOf(draft.name), textOf(draft.street), textOf(draft.phone)]
  const postcode = tidy(textOf(draft.postcode)).toUpperCase()
  const phone = phoneOf(given, [territory, country].filter(isCountry))
  const problems = [
    ...placeProblems(located, wish),
    ...(isPostcode(postcode, territory) ? [] : [problem('postcode', 'POSTCODE_INVALID')]),
    ...(given === '' || phone !== undefined ? [] : [problem('phone', 'PHONE_INVALID')]),
  ]
  if (problems.length > 0 || 'ask' in located) return { problems }
  const address = {
    ...(name !== '' && { name }),
    ...(phone !== undefined && { phone }),
    ...{ country, ...located.place },
    ...(postcode !== '' && { postcode }),
    ...(street !== '' && { street }),
  }
  return { address }
}

const textOf = (text: string | null | undefined) => (text ?? '').normalize('NFC').trim()
const problem = (field: AddressField, code: AddressProblem['code']): AddressProblem => ({
  ...{ field, code },
})

const isPostcode = (postcode: string, territory: string): boolean =>
  postcode === '' ||
  !postcodeValidatorExistsForCountry(territory) ||
  postcodeValidator(postcode, territory)

/** What is doubtful about the place; and all that is missing as one problem, since it is filled in at once. */
function placeProblems(located: Located, { locale, isWhole }: Wish): AddressProblem[] {
  const ask = 'ask' in located ? located.ask : undefined
  const suggested = ask !== undefined && written(ask, { draft: located.draft, locale })
  const isDoubt = ask !== undefined && ask.missing === undefined
  const doubts = isDoubt ? [{ field: ask.field, code: ask.code, ...suggested }] : []
  const missing = [...(ask?.missing ?? []), ...(isWhole ? missingIn(located) : [])]
  const [field] = missing
  if (field === undefined) return doubts
  const incomplete = { field, code: 'ADDRESS_INCOMPLETE' as const, missing }
  return [...doubts, { ...incomplete, ...(!isDoubt && suggested) }]
}

function missingIn({ draft, territory }: Located): AddressField[] {
  const lost: Partial<Record<AddressField, boolean>> = {
    street: textOf(draft.street).length < SHORTEST_STREET,
    postcode: needsPostcode(territory) && textOf(draft.postcode) === '',
    name: textOf(draft.name) === '',
    phone: textOf(draft.phone) === '',
  }
  return (Object.keys(lost) as AddressField[]).filter((field) => lost[field])
}

type Reader = { draft: AddressDraft; locale: Locale }

/** Suggestions in the script of the address; of a mismatch the whole way, as it belongs elsewhere. */
function written({ code, suggestions }: Question, { draft, locale }: Reader) {
  const text = [draft.region, draft.city, draft.district, draft.street].map(textOf).join('')
  const isLatin = text === '' ? locale === 'en' : !isHan(text)
  const nameOf = ({ name, latin }: Node) => (isLatin ? (latin ?? name) : name)
  const wayOf = (node: Node) => wayTo(node).map(nameOf).join('/')
  const names = suggestions.map(code === 'DIVISION_MISMATCH' ? wayOf : nameOf)
  return names.length > 0 && { suggestions: names }
}
