import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { chineseCalendar } from '../../adapters/calendar/chinese.ts'

const calendar = chineseCalendar()
const works = (dates: string[]) => dates.map((date) => calendar.isWorkday(date))

describe('the Chinese calendar', () => {
  it('knows holidays and make-up workdays of published years', () => {
    const week = [1, 2, 3, 4, 5, 6, 7].map((day) => `2026-10-0${day}`)
    expect(works(week)).toEqual(week.map(() => false))
    expect(works(['2026-09-30', '2026-10-08', '2026-10-09'])).toEqual([true, true, true])
    // Saturday and Sunday that are worked, and a Sunday that isn't.
    expect(works(['2026-10-10', '2026-09-20', '2026-10-11'])).toEqual([true, true, false])
  })

  it('covers the years that are published, and says so of no other', () => {
    const years = [2003, 2004, 2025, 2026, 2027, 2099]
    const covered = years.filter((year) => calendar.covers(year))
    expect(covered).toEqual([2004, 2025, 2026])
  })

  it('takes no festival of an unpublished year for a workday, nor the Monday after one on a weekend', () => {
    const festivals = [
      ...['2027-01-01', '2027-02-05', '2027-02-06', '2027-02-12', '2027-04-05', '2027-05-03'],
      ...['2027-06-09', '2027-09-15', '2027-10-01', '2027-10-07'],
      ...['2028-01-25', '2028-04-04', '2028-05-29', '2028-10-03'],
    ]
    expect(festivals.filter((date) => calendar.isWorkday(date))).toEqual([])
  })

  it('has ordinary weeks in unpublished years', () => {
    expect(works(['2027-03-12', '2027-03-13', '2027-03-14', '2027-03-15'])).toEqual([
      ...[true, false, false, true],
    ])
  })

  it.each(['America/Los_Angeles', 'Pacific/Auckland'])('is the same on a machine in %s', (TZ) => {
    const module = new URL('../../adapters/calendar/chinese.ts', import.meta.url).href
    const asked = [
      '2026-09-30',
      '2026-10-01',
      '2026-10-10',
      '2026-10-11',
      '2027-02-05',
      '2027-02-13',
    ]
    const script = `const { chineseCalendar } = await import('${module}')
      console.log(JSON.stringify(${JSON.stringify(asked)}.map(chineseCalendar().isWorkday)))`
    const flags = ['--import', 'tsx', '--input-type=module', '-e', script]
    const said = execFileSync(process.execPath, flags, { env: { ...process.env, TZ } })
    expect(JSON.parse(said.toString())).toEqual(works(asked))
  })
})
