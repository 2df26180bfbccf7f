import { describe, expect, it } from 'vitest'
import type { EventData, EventType } from '../../domain/events.ts'
import { evolve } from '../../domain/evolve.ts'
import { InvariantError } from '../../domain/order.ts'
import { finalStates, STATE_MACHINES } from '../../domain/state-machines.ts'
import type { StateMachineName } from '../../domain/state-machines.ts'
import { next } from '../../domain/transition.ts'
import { base, DATA, HANDS, moved } from './machines.ts'
import { event, onDelivery, paid, unpaid } from './support.ts'

const NAMES = Object.keys(STATE_MACHINES) as StateMachineName[]

describe.each(NAMES)('the %s table', (name) => {
  const { states, events, initial, table } = STATE_MACHINES[name]
  const pairs = states.flatMap((from) => events.map((on) => ({ from, on: on as EventType })))

  it.each(pairs)('decides $on from $from', ({ from, on }) => {
    const to = next(table, from, on)
    if (to === undefined) expect(() => moved(name, from, on)).toThrow(InvariantError)
    else expect(moved(name, from, on)).toBe(to)
  })

  it('has one answer to each question, and asks about known states and events only', () => {
    const asked = table.map(({ from, on }) => `${from} ${on}`)
    expect(new Set(asked).size).toBe(asked.length)
    expect(pairs.map(({ from, on }) => `${from} ${on}`)).toEqual(expect.arrayContaining(asked))
    expect(states).toEqual(expect.arrayContaining(table.map(({ to }) => to)))
  })

  it('leads to every state from where it begins, and ends somewhere', () => {
    const reached = new Set(initial)
    for (const state of reached) {
      for (const { from, to } of table) if (from === state) reached.add(to)
    }
    expect([...reached].toSorted()).toEqual(states.toSorted())
    expect(finalStates(STATE_MACHINES[name])).not.toEqual([])
  })
})

it('orders begin where their machines do', () => {
  const { tender, stage, refund, parcel, closure } = STATE_MACHINES
  for (const order of [unpaid(), paid(), onDelivery(), base]) {
    expect(closure.initial).toContain(HANDS.closure.read(order))
  }
  expect(tender.initial).toEqual([HANDS.tender.read(unpaid()), HANDS.tender.read(onDelivery())])
  expect(stage.initial).toContain(HANDS.stage.read(unpaid()))
  expect(parcel.initial).toContain(HANDS.parcel.read(base))
  expect(refund.initial).toContain(HANDS.refund.read(base))
})

describe('an event', () => {
  it('about a thing that the order does not have is refused', () => {
    const stranger = event('parcel.handed_over', { parcelId: 'p9' })
    expect(() => evolve(base, stranger)).toThrow(InvariantError)
  })

  it('leaves the order that it is applied to as it was', () => {
    const before = structuredClone(base)
    evolve(base, event('parcel.booked', DATA['parcel.booked'] as EventData['parcel.booked']))
    expect(base).toEqual(before)
  })

  it('of cash at the door adds to the tender that is due', () => {
    const cash = event('tender.cash_received', {
      ...{ tenderId: 't1', amount: 700, carrier: 'express', parcelId: 'p1' },
    })
    const [tender] = evolve(evolve(onDelivery(), cash), cash).tenders
    expect(tender).toMatchObject({ status: 'due', cash: 1400 })
  })
})
