import { elsewhere, namesakes, nearest, wayTo } from './divisions.ts'
import type { Node, Tree } from './divisions.ts'
import { tidy } from './names.ts'
import type { AddressDraft, AddressField, AddressProblem } from './port.ts'

/** What to ask about a place; the suggestions are yet to be written out. */
export type Question = Pick<AddressProblem, 'field' | 'code' | 'missing'> & { suggestions: Node[] }
export type Asked = { ask: Question }

export type Place = { region: string; city: string; district?: string }
type Texts = Required<Place>

/** A layer of statistics between a province and what it governs itself: nobody's name. */
const LAYER = /^(市辖区|县|(省|自治区)?直辖县级?(行政(区划|单位))?)$/u
/** Longer codes are those of towns: the city has no districts, and addresses do without. */
const DISTRICT_CODE = 6

/**
 * A place against the tree, in full names. People leave out layers that say nothing, and may: 北京/朝阳区, 江苏省/昆山市,
 * 河南省/省直辖县级行政区划/济源市.
 */
export function placeIn(tree: Tree, draft: AddressDraft): { place: Place; province: Node } | Asked {
  const texts = textsOf(draft)
  const province = provinceOf(tree, texts)
  if ('ask' in province) return province
  const below = cityOf(tree, { province, texts })
  if ('ask' in below) return below
  const { city } = below
  const district = below.district ?? districtOf(tree, { city, text: texts.district })
  if ('ask' in district) return district
  const { name } = district
  const place = { region: province.name, city: city.name }
  return { province, place: { ...place, ...(name !== undefined && { district: name }) } }
}

function textsOf({ region, city, district }: AddressDraft): Texts {
  const of = (text = '') => (LAYER.test(tidy(text)) ? '' : text)
  return { region: of(region ?? ''), city: of(city ?? ''), district: of(district ?? '') }
}

function provinceOf(tree: Tree, { region: text, city, district }: Texts): Node | Asked {
  const [found] = namesakes(tree.provinces, text)
  if (found !== undefined) return found
  if (text !== '') return doubt(tree, { field: 'region', text, siblings: tree.provinces })
  const hints = elsewhere(tree, { text: city || district }).flatMap((node) => wayTo(node)[0] ?? [])
  const suggestions = hints.length > 0 ? [...new Set(hints)] : tree.provinces
  return incomplete(city === '' ? ['region', 'city'] : ['region'], suggestions)
}

type Below = { province: Node; texts: Texts }

function cityOf(tree: Tree, { province, texts }: Below): { city: Node; district?: Node } | Asked {
  const { city: text, district } = texts
  const cities = province.under
  const named = namesakes(cities, text)
  if (named.length > 1) return ambiguous('city', named)
  // The province once more, in the city's place.
  const isLeftOut = named.length === 0 && (text === '' || isCalled(province, text))
  const [city] = isLeftOut ? [...namesakes(cities, district), ...alone(cities)] : named
  if (city !== undefined) return { city }
  const inside = cities.flatMap(({ under }) => namesakes(under, isLeftOut ? district : text))
  const [one, other] = inside
  const isWhole = isLeftOut || district === '' || (one !== undefined && isCalled(one, district))
  if (one?.parent !== undefined && other === undefined && isWhole)
    return { city: one.parent, district: one }
  if (!isLeftOut) return doubt(tree, { field: 'city', text, siblings: cities, province })
  const hints = inside.flatMap(({ parent }) => parent ?? [])
  return incomplete(['city'], hints.length > 0 ? hints : cities)
}

const alone = (nodes: Node[]): Node[] => (nodes.length === 1 ? nodes : [])
const isCalled = (node: Node, text: string) => namesakes([node], text).length > 0

type InCity = { city: Node; text: string }

function districtOf(tree: Tree, { city, text }: InCity): { name?: string } | Asked {
  const { under: siblings, parent: province } = city
  const [found, ...others] = namesakes(siblings, text)
  if (found !== undefined)
    return others.length > 0 ? ambiguous('district', [found, ...others]) : found
  const isLeftOut = text === '' || isCalled(city, text)
  if (siblings.every(({ code }) => code.length > DISTRICT_CODE) && isLeftOut) return {}
  if (siblings.length === 0) return { name: tidy(text) }
  if (isLeftOut) return incomplete(['district'], siblings)
  return doubt(tree, { field: 'district', text, siblings, ...(province && { province }) })
}

const incomplete = (missing: [AddressField, ...AddressField[]], suggestions: Node[]): Asked => ({
  ask: { field: missing[0], code: 'ADDRESS_INCOMPLETE', missing, suggestions },
})

const ambiguous = (field: AddressField, suggestions: Node[]): Asked => ({
  ask: { field, code: 'DIVISION_UNKNOWN', suggestions },
})

type Doubtful = { field: AddressField; text: string; siblings: Node[]; province?: Node }

/** A name that isn't among the siblings: it belongs somewhere else, or nearly is one of theirs. */
function doubt(tree: Tree, { field, text, siblings, province }: Doubtful): Asked {
  const there = elsewhere(tree, { text, ...(province && { region: province }) })
  if (there.length > 0) return { ask: { field, code: 'DIVISION_MISMATCH', suggestions: there } }
  return { ask: { field, code: 'DIVISION_UNKNOWN', suggestions: nearest(siblings, text) } }
}
