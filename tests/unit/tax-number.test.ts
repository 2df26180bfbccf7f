import { describe, expect, it } from 'vitest'
import { inChinese } from '../../adapters/invoice/chinese-amount.ts'
import { isTaxNumber, plainTaxNumber } from '../../domain/tax-number.ts'

describe('a tax number', () => {
  it.each([
    ['a unified social credit code', '91350100M000100Y43'],
    ['one of digits and letters', '91440300MA5FJ2QA1N'],
    ['20 digits of a sole trader', '11010519491231002X00'],
    ['15 characters of before', '440300192448589'],
  ])('can be %s', (_, number) => {
    expect(isTaxNumber(number)).toBe(true)
  })

  it.each([
    ['has another check character', '91350100M000100Y44'],
    ['has two characters exchanged', '91350010M000100Y43'],
    ['has a letter that none has', '91350100I000100Y43'],
    ['has letters for a region', '91A50100M000100Y43'],
    ['is of nobody and nowhere', '000000000000000000'],
    ['is of no kind of organisation', '10350100M000100Y4E'],
    ['is of a region that begins with a zero', '91000000000000000K'],
    ['is of an office that doesn’t exist', '01350100M000100Y4C'],
    ['is of 15 digits of nowhere', '000000192448589'],
    ['holds a citizen’s number of nowhere', '00000000000000000100'],
    ['is too short', '91350100M000100Y4'],
    ['holds a citizen’s number that can’t exist', '11010519491231002100'],
    ['is empty', ''],
  ])('can’t be one that %s', (_, number) => {
    expect(isTaxNumber(number)).toBe(false)
  })

  it('differs from every code with one character changed', () => {
    const code = '91350100M000100Y43'
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
    const wrong = Array.from(code).flatMap((own, i) =>
      Array.from(alphabet)
        .filter((other) => other !== own)
        .map((other) => `${code.slice(0, i)}${other}${code.slice(i + 1)}`),
    )
    expect(wrong.filter(isTaxNumber)).toEqual([])
  })

  it('is taken with blanks and in small letters', () => {
    expect(plainTaxNumber(' 91350100 m000-100y43')).toBe('91350100M000100Y43')
  })
})

describe('an amount in Chinese numerals', () => {
  it.each([
    [0, '零元整'],
    [5, '伍分'],
    [10, '壹角整'],
    [100, '壹元整'],
    [15803, '壹佰伍拾捌元零叁分'],
    [32504, '叁佰贰拾伍元零肆分'],
    [140950, '壹仟肆佰零玖元伍角整'],
    [600714, '陆仟零柒元壹角肆分'],
    [1000000, '壹万元整'],
    [1000500, '壹万零伍元整'],
    [10050000, '壹拾万零伍佰元整'],
    [100005000, '壹佰万零伍拾元整'],
    [1000000001, '壹仟万元零壹分'],
    [1000050000_00, '壹拾亿零伍万元整'],
    [-5990, '负伍拾玖元玖角整'],
  ])('%i fen is %s', (fen, words) => {
    expect(inChinese(fen)).toBe(words)
  })
})
