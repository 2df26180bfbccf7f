import { once } from 'node:events'
import { connect } from 'node:net'

/*
 * One connection that is kept open, with one request at a time. Node's own clients do more per request, and on a small
 * machine they would be part of what is measured.
 */

export type Ask = {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  /** JSON, unless `headers` say otherwise. */
  body?: string
}
export type Answer = { status: number; text: string }

export type Line = { ask(ask: Ask): Promise<Answer>; close(): void }

export async function openLine(url: string): Promise<Line> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let received = Buffer.alloc(0)
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('data', (part) => {
    received = received.length === 0 ? part : Buffer.concat([received, part])
    const answer = readAnswer(received)
    if (answer === undefined) return
    received = Buffer.alloc(0)
    waiting?.resolve(answer)
    waiting = undefined
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  await once(socket, 'connect')
  return {
    ask: (ask) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(textOf(ask, `${hostname}:${port}`))
      }),
    close: () => void socket.destroy(),
  }
}

function textOf({ method, path, headers = {}, body }: Ask, host: string): string {
  const all = {
    host,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
    }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

const HEAD_END = '\r\n\r\n'

/** The answer in these bytes once it is whole. */
function readAnswer(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf(HEAD_END)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const body = bytes.subarray(end + HEAD_END.length)
  const text = /\r\ntransfer-encoding: *chunked/i.test(head)
    ? chunksOf(body)
    : lengthOf(body, Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0))
  return text === undefined ? undefined : { status: Number(head.slice(9, 12)), text }
}

const lengthOf = (body: Buffer, length: number) =>
  body.length < length ? undefined : body.toString('utf8', 0, length)

function chunksOf(body: Buffer): string | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = body.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (body.length < next) return undefined
    if (size === 0) return Buffer.concat(parts).toString()
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}
