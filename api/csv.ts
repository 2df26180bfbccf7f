import type { Context } from 'hono'
import type { ApiEnv, ApiParts } from './context.ts'

/**
 * A file of any length, piece by piece: nobody's memory holds more than one. The first piece is there before the answer says
 * that all is well; where a later one fails the connection breaks, so that nobody takes what came for the whole.
 */
export async function csvFile(
  c: Context<ApiEnv>,
  { log }: ApiParts,
  { name, pieces }: { name: string; pieces: AsyncGenerator<string> },
): Promise<Response> {
  const first = await pieces.next()
  const traceId = c.get('traceId')
  const encoder = new TextEncoder()
  let ready: IteratorResult<string> | undefined = first
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const piece = ready ?? (await pieces.next())
        ready = undefined
        if (piece.done === true) controller.close()
        else controller.enqueue(encoder.encode(piece.value))
      } catch (error) {
        log.error({ err: error, traceId }, 'a file broke off')
        // The server prints it, and the failure's own text is the log's matter.
        controller.error(new Error('the file broke off'))
      }
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  c.header('content-type', 'text/csv; charset=utf-8')
  c.header('content-disposition', `attachment; filename="${name}"`)
  return c.body(body)
}
