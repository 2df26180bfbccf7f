import { describe, expect, it } from 'vitest'
import { parcelMeant, placeCash } from '../../domain/parcel-cash.ts'
import type { CashParcel } from '../../domain/parcel-cash.ts'

const cny = (amount: number) => ({ amount, currency: 'CNY' })
const cash = (amount: number, settled = 0) => ({ ...cny(amount), settled })

describe('cash that a carrier pays over', () => {
  it.each([
    { what: 'all of it', paid: cny(6790), of: cash(6790), told: 6790, kind: undefined },
    { what: 'less', paid: cny(6780), of: cash(6790), told: 6780, kind: 'AMOUNT_DIFFERS' },
    { what: 'the rest', paid: cny(10), of: cash(6790, 6780), told: 10, kind: undefined },
    { what: 'more', paid: cny(90), of: cash(6790, 6780), told: 10, kind: 'AMOUNT_DIFFERS' },
    { what: 'all once more', paid: cny(10), of: cash(6790, 6790), told: 0, kind: 'REPEATED' },
    {
      ...{ what: 'other money', paid: { amount: 6790, currency: 'USD' }, of: cash(6790) },
      ...{ told: 0, kind: 'AMOUNT_DIFFERS' },
    },
  ])('of $what tells the order no more than is owed', ({ paid, of, told, kind }) => {
    expect(placeCash(paid, of)).toMatchObject({ told, kind })
  })
})

describe('a waybill that several parcels bear', () => {
  const parcel = (day: number, of?: CashParcel['cash']) => ({
    ...{ bookedAt: new Date(`2026-03-0${day}T00:00:00Z`), cash: of },
  })
  const paid = (amount: number, day = 5) => ({ ...cny(amount), at: `2026-03-0${day}T00:00:00Z` })

  it('means the one that owes just that sum', () => {
    const [newer, older] = [parcel(4, cash(500)), parcel(1, cash(900))]
    expect(parcelMeant([newer, older], paid(900))).toBe(older)
  })

  it('means none that was booked after the carrier had paid', () => {
    const [newer, older] = [parcel(4), parcel(1, cash(900))]
    expect(parcelMeant([newer, older], paid(890, 3))).toBe(older)
  })

  it('means the one whose cash nobody told of where the others have paid', () => {
    const [newer, older] = [parcel(4), parcel(1, cash(900, 900))]
    expect(parcelMeant([newer, older], paid(700))).toBe(newer)
  })

  it('means the newest where all have paid', () => {
    const [newer, older] = [parcel(4, cash(500, 500)), parcel(1, cash(900, 900))]
    expect(parcelMeant([newer, older], paid(900))).toBe(newer)
  })

  it('means none that we could name where two may', () => {
    expect(parcelMeant([parcel(4), parcel(1, cash(900))], paid(700))).toBeUndefined()
    expect(parcelMeant([parcel(4, cash(9)), parcel(1, cash(9))], paid(9))).toBeUndefined()
  })
})
