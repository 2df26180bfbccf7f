import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAmount, MAX_AMOUNT } from '../../domain/money.ts'
import { localTime, OFFSET_TIME } from '../../scripts/replay/clocks.ts'
import { amountIn } from '../../scripts/replay/money.ts'

describe('an amount of a log', () => {
  const { parse } = amountIn('BRL')

  it.each([
    { text: '58.9', is: 5890 },
    { text: '58.90', is: 5890 },
    { text: '58.9000', is: 5890 },
    { text: '58', is: 5800 },
    { text: '0.29', is: 29 },
    { text: '0.00', is: 0 },
    { text: '8.07', is: 807 },
  ])('$text is $is cents', ({ text, is }) => expect(parse(text)).toBe(is))

  it.each([
    '58,90',
    '1,058.90',
    '58.905',
    '-5.00',
    '.50',
    '5.',
    '1e3',
    'R$ 5',
    ' 5',
    '9'.repeat(17),
  ])('is not "%s"', (text) => expect(parse(text)).toBeUndefined())

  it('has the digits of its currency', () => {
    expect(amountIn('JPY').parse('1200')).toBe(1200)
    expect(amountIn('JPY').parse('12.5')).toBeUndefined()
    expect(amountIn('KWD').parse('12.5')).toBe(12_500)
  })

  it('comes back as it was written, whatever its digits', () => {
    const amounts = fc.integer({ min: 0, max: MAX_AMOUNT })
    fc.assert(fc.property(amounts, (amount) => parse(formatAmount(amount, 'BRL')) === amount))
  })
})

describe('a time by the clocks of São Paulo', () => {
  const { parse } = localTime('America/Sao_Paulo')

  it.each([
    { what: 'in summer', text: '2018-01-14 14:33:31', is: '2018-01-14T16:33:31.000Z' },
    { what: 'in winter', text: '2018-06-14 14:33:31', is: '2018-06-14T17:33:31.000Z' },
    { what: 'late on New Year’s Eve', text: '2017-12-31 23:59:59', is: '2018-01-01T01:59:59.000Z' },
    { what: 'before summer time', text: '2017-10-14 23:59:59', is: '2017-10-15T02:59:59.000Z' },
    { what: 'in no hour of its day', text: '2017-10-15 00:00:00', is: '2017-10-15T03:00:00.000Z' },
    { what: 'after summer time', text: '2018-02-18 00:00:00', is: '2018-02-18T03:00:00.000Z' },
  ])('$what is $is', ({ text, is }) => expect(parse(text)).toBe(is))

  it.each([
    '2018-02-30 10:00:00',
    '2018-01-14',
    '2018-01-14T14:33:31',
    '14/01/2018 14:33',
    'soon',
    '2018-01-14 24:00:00',
  ])('is not "%s"', (text) => expect(parse(text)).toBeUndefined())
})

describe('a time with its offset', () => {
  it.each([
    { text: '2024-05-03T09:30:00-03:00', is: '2024-05-03T12:30:00.000Z' },
    { text: '2024-05-03T09:30:00Z', is: '2024-05-03T09:30:00.000Z' },
  ])('$text is $is', ({ text, is }) => expect(OFFSET_TIME.parse(text)).toBe(is))

  it.each([
    '2024-05-03T09:30:00',
    '2024-02-30T09:30:00Z',
    '2024-05-03 09:30:00Z',
    '2024-05-03T09:30:00+99:00',
  ])('is not "%s"', (text) => expect(OFFSET_TIME.parse(text)).toBeUndefined())
})
