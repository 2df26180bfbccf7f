import {
  CLOSURE_EVENTS,
  CLOSURE_TABLE,
  CLOSURES,
  PARCEL_EVENTS,
  PARCEL_STATUSES,
  PARCEL_TABLE,
  REFUND_EVENTS,
  REFUND_STATUSES,
  REFUND_TABLE,
  STAGE_EVENTS,
  STAGE_TABLE,
  STAGES,
  TENDER_EVENTS,
  TENDER_STATUSES,
  TENDER_TABLE,
} from './state-tables.ts'
import type { Transition } from './transition.ts'

export type StateMachine<State extends string = string, On extends string = string> = {
  states: readonly State[]
  events: readonly On[]
  /** Where it can begin; its ends are the states that nothing leads out of. */
  initial: readonly State[]
  table: readonly Transition<State, On>[]
}

const machine = <State extends string, On extends string>(
  given: StateMachine<State, On>,
): StateMachine => given

/** The tables with all that belongs to them, for whoever shows or walks them. */
export const STATE_MACHINES = {
  tender: machine({
    states: TENDER_STATUSES,
    events: TENDER_EVENTS,
    initial: ['created', 'due'],
    table: TENDER_TABLE,
  }),
  stage: machine({
    states: STAGES,
    events: STAGE_EVENTS,
    initial: ['queued'],
    table: STAGE_TABLE,
  }),
  parcel: machine({
    states: PARCEL_STATUSES,
    events: PARCEL_EVENTS,
    initial: ['packed'],
    table: PARCEL_TABLE,
  }),
  refund: machine({
    states: REFUND_STATUSES,
    events: REFUND_EVENTS,
    initial: ['requested'],
    table: REFUND_TABLE,
  }),
  closure: machine({
    states: CLOSURES,
    events: CLOSURE_EVENTS,
    initial: ['none'],
    table: CLOSURE_TABLE,
  }),
}
export type StateMachineName = keyof typeof STATE_MACHINES

export function finalStates({ states, table }: StateMachine): string[] {
  const left = new Set(table.filter(({ from, to }) => from !== to).map(({ from }) => from))
  return states.filter((state) => !left.has(state))
}
