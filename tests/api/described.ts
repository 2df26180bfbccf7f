import { expect } from 'vitest'
import type { z } from '@hono/zod-openapi'
import type { createApi } from '../../api/app.ts'

type App = ReturnType<typeof createApi>
type Content = Record<string, { schema?: z.ZodType; example?: unknown } | undefined>
export type Described = {
  operationId: string
  method: string
  path: string
  tags?: string[]
  request?: { body?: { content: Content } }
  responses: Record<string, { content?: Content }>
}
type Answered = { method: string; path: string; status: number; type: string; json: unknown }

/** Every operation as its route describes it, with the schemas that the document is made of. */
export const operationsOf = ({ openAPIRegistry }: Pick<App, 'openAPIRegistry'>): Described[] =>
  openAPIRegistry.definitions.flatMap((one) =>
    one.type === 'route' ? [one.route as unknown as Described] : [],
  )

/** Fails whatever test gets an answer that the description doesn't know of: its status, its code, its shape. */
export function checkAnswers(app: Pick<App, 'openAPIRegistry'>) {
  const operations = operationsOf(app).map((operation) => ({
    ...operation,
    pattern: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
  return ({ method, path, status, type, json }: Answered): void => {
    const [address = ''] = path.split('?')
    const asked = operations.find(
      (one) => one.method === method.toLowerCase() && one.pattern.test(address),
    )
    if (asked === undefined) return
    const described = asked.responses[status]
    const what = `${asked.operationId} answers ${status} ${JSON.stringify(json)}`
    expect(described, what).toBeDefined()
    const schema = described?.content?.[type]?.schema
    if (json !== undefined) expect(schema?.safeParse(json).error, what).toBeUndefined()
  }
}
