import { readFileSync } from 'node:fs'
import type { Division } from './port.ts'
import { isHan, latinKey, likeness, shortName, tidy } from './names.ts'

/*
 * The tree of China's divisions. divisions.json is made by scripts/divisions.ts; where it comes from, and under which
 * licence, stands in NOTICE.md beside it.
 */

/** A province, a city or a district; a city that isn't divided has nothing `under` it. */
export type Node = {
  code: string
  name: string
  latin?: string
  short: string
  parent?: Node
  under: Node[]
}

type Entry = [code: string, name: string, latin?: string, under?: Entry[]]

const FILE = new URL('divisions.json', import.meta.url)

export type Tree = { provinces: Node[]; find(code: string): Node | undefined }

export function readTree(): Tree {
  const byCode = new Map<string, Node>()
  function nodeOf([code, name, latin = '', under = []]: Entry, parent?: Node): Node {
    const node: Node = {
      ...{ code, name, short: shortName(name), under: [] },
      ...(latin !== '' && { latin }),
      ...(parent !== undefined && { parent }),
    }
    node.under = under.map((entry) => nodeOf(entry, node))
    byCode.set(code, node)
    return node
  }
  const entries = JSON.parse(readFileSync(FILE, 'utf8')) as Entry[]
  return { provinces: entries.map((entry) => nodeOf(entry)), find: (code) => byCode.get(code) }
}

export const divisionOf = ({ code, name, latin, under }: Node): Division => ({
  ...{ code, name, divided: under.length > 0 },
  ...(latin !== undefined && { latin }),
})

/** Who is called that: by its full name, or else by a shorter, older or Latin one. */
export function namesakes(nodes: readonly Node[], text: string): Node[] {
  const name = tidy(text)
  const exact = nodes.filter((node) => node.name === name)
  if (exact.length > 0) return exact
  const short = shortName(name)
  if (isHan(name)) return nodes.filter((node) => node.short === short)
  return nodes.filter(({ latin }) => latin !== undefined && latinKey(latin) === latinKey(name))
}

/** What a misspelt name has in common with what was meant; most Chinese ones are of two characters. */
const NEAR = { han: 0.5, latin: 0.75 }
/** A question with more answers than that helps nobody. */
const MOST = 5

/** Whose name is nearly that, the likeliest first; everyone where nobody's is. */
export function nearest(nodes: readonly Node[], text: string): Node[] {
  const name = tidy(text)
  const least = isHan(name) ? NEAR.han : NEAR.latin
  const near = nodes
    .map((node) => ({ node, like: likenessOf(node, name) }))
    .filter(({ like }) => like >= least)
    .toSorted((a, b) => b.like - a.like)
  return near.length > 0 ? near.slice(0, MOST).map(({ node }) => node) : [...nodes]
}

const likenessOf = ({ short, latin = '' }: Node, name: string): number =>
  isHan(name) ? likeness(short, shortName(name)) : likeness(latinKey(latin), latinKey(name))

/** What is called that anywhere under these, what is near to hand first. */
export function elsewhere(tree: Tree, { region, text }: { region?: Node; text: string }): Node[] {
  const provinces = [...(region ? [region] : []), ...tree.provinces.filter((one) => one !== region)]
  const cities = provinces.flatMap(({ under }) => under)
  const found = namesakes(cities, text)
  const inside = cities.flatMap((city) => namesakes(city.under, text))
  return [...found, ...inside].slice(0, MOST)
}

/** From the province down. */
export const wayTo = (node: Node): Node[] => [...(node.parent ? wayTo(node.parent) : []), node]
