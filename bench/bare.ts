import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow'

/** What a bare workflow waits for, and whether it has begun to. */
export const GO = defineSignal('go')
export const IS_WAITING = defineQuery<boolean>('isWaiting')

/** Waits for one signal and answers it by its end: less can't come of a signal. */
export async function bareSignal(): Promise<string> {
  let gone = false
  setHandler(IS_WAITING, () => true)
  setHandler(GO, () => void (gone = true))
  await condition(() => gone)
  return 'gone'
}
