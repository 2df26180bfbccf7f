import { describe, expect, it } from 'vitest'
import { wordsOfProduct, wordsToFind, wordsToStore } from '../../domain/search.ts'
import { facts, TREE } from './wares.ts'

describe('words to store', () => {
  it('are, of Latin scripts, the words as they stand, small and plain', () => {
    expect(wordsToStore('Green-Tea, 250 g: Café ＡＢＣ')).toEqual([
      ...['green', 'tea', '250', 'g', 'cafe', 'abc'],
    ])
  })

  it('are, of Chinese, the characters and the pairs of neighbours', () => {
    expect(wordsToStore('绿茶叶')).toEqual(['绿', '茶', '叶', '绿茶', '茶叶'])
  })

  it('part where the script changes', () => {
    expect(wordsToStore('T恤XL')).toEqual(['t', '恤', 'xl'])
  })

  it('keep whole what lies beyond the first plane, and voiced kana', () => {
    expect(wordsToStore('𠮷野')).toEqual(['𠮷', '野', '𠮷野'])
    expect(wordsToStore('ガ')).toEqual(['ガ'])
  })

  it('are none of a text without any', () => expect(wordsToStore(' ·—!&|:* ')).toEqual([]))
})

describe('words to find', () => {
  it('are the pairs of a longer text, and a single character by itself', () => {
    expect(wordsToFind('绿茶叶')).toEqual(['绿茶', '茶叶'])
    expect(wordsToFind('茶')).toEqual(['茶'])
  })

  it.each(['Green tea', '绿茶 green', '景德镇白瓷杯', 'TEA-GREEN-250'])(
    'of %s are among those that it is stored by',
    (text) => expect(wordsToStore(text)).toEqual(expect.arrayContaining(wordsToFind(text))),
  )
})

describe('words of a product', () => {
  const product = facts({
    ...{ name: 'Long Jing', description: 'Spring harvest', category: 'green-tea' },
    translations: { zh: { name: '龙井' } },
    attributes: { origin: 'hangzhou', volume: 50, organic: true },
  })
  const { a, b, c } = wordsOfProduct('LJ-50', product, TREE)

  it('weigh by where they stand: its names and SKU, what kind it is, its description', () => {
    expect(a).toEqual(['long', 'jing', '龙', '井', '龙井', 'lj', '50'])
    expect(c).toEqual(['spring', 'harvest'])
    expect(b).toEqual(expect.arrayContaining(['tea', 'green', '绿茶']))
  })

  it('hold attributes as people call them', () => {
    expect(b).toEqual(expect.arrayContaining(['杭州', 'hangzhou', '50', 'ml', 'organic', '有机']))
  })
})
