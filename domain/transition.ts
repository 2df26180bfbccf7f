/** One allowed step of a state machine, as data: code, tests and documentation read the same rows. */
export type Transition<State extends string, On extends string> = { from: State; on: On; to: State }

/** Where `on` leads from `from`; undefined where the table has no such row. */
export function next<State extends string, On extends string>(
  table: readonly Transition<State, On>[],
  from: State,
  on: On,
): State | undefined {
  return table.find((row) => row.from === from && row.on === on)?.to
}
