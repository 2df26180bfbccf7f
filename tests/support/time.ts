import type { Client } from '@temporalio/client'

/** gRPC's answers to a long poll for a fast-forward. */
const COMPLETED = 2
const FAILED = 3

/**
 * Move one workflow's clock ahead by `milliseconds`: timers on the way fire, activities are waited for. Uses the dev
 * server's own time skipping, which no SDK surfaces yet. A jump that ends with the closed run is a success.
 *
 * Let a jump end some seconds away from any timer: where its end passes by itself, because the workflow was busy with
 * the timer before, the server goes on to the next timer, be it days away.
 */
export async function fastForward(
  client: Client,
  workflowId: string,
  milliseconds: number,
): Promise<void> {
  const service = client.workflowService
  const target = { namespace: client.options.namespace, workflowExecution: { workflowId } }
  const id = `ff-${crypto.randomUUID()}`
  await service.updateWorkflowExecutionOptions({
    ...target,
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id, duration: durationOf(milliseconds) },
      },
    },
  } as never)
  for (;;) {
    const answer = await service.pollWorkflowExecutionTimeSkipping({ ...target, fastForwardId: id })
    const result: number | null | undefined = answer.fastForwardPollingResult
    if (result === COMPLETED) return
    if (result !== FAILED) continue
    if (/ended|completed|closed/i.test(answer.failedReason ?? '')) return
    throw new Error(`fast-forward failed: ${answer.failedReason}`)
  }
}

function durationOf(milliseconds: number) {
  return { seconds: Math.floor(milliseconds / 1000), nanos: (milliseconds % 1000) * 1_000_000 }
}

export const MINUTES = 60_000
export const HOURS = 60 * MINUTES
export const DAYS = 24 * HOURS

/** Deadline of a poll: far above what a busy machine needs, never waited for in full. */
const PATIENCE = 20_000

/** The first answer of `look` that is neither undefined nor false. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  what = 'what was waited for',
  patience = PATIENCE,
): Promise<T> {
  const deadline = Date.now() + patience
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`${what} did not come in time`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
