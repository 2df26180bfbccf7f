import { describe, expect, it } from 'vitest'
import { csvLine } from '../../domain/csv.ts'

describe('a line of a CSV file', () => {
  it('quotes what would end a cell', () => {
    expect(csvLine(['a,b', 'say "no"', 'two\nlines', null, 7])).toBe(
      '"a,b","say ""no""","two\nlines",,7\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
    'tells a spreadsheet that %j is a text',
    (formula) => {
      expect(csvLine([formula])).toContain(`'${formula}`)
    },
  )

  it('leaves numbers as they are, below zero too', () => {
    expect(csvLine([-5, 0])).toBe('-5,0\r\n')
  })
})
