import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { METADATA_ENCODING_KEY } from '@temporalio/common'
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common'
import proto from '@temporalio/proto'

/*
 * What stands in Temporal's histories is encrypted with a service key. Decoding also accepts plain JSON: an
 * operator's signal, typed into the Web UI, comes without. Ids, search attributes and failure types stay in clear.
 */

const ENCODING = 'binary/encrypted'
const KEY_ID = 'key-id'
/** Bytes of a GCM nonce and tag. */
const NONCE = 12
const TAG = 16

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: Uint8Array | null | undefined) => new TextDecoder().decode(data ?? undefined)

/** Says which key sealed a payload, so that keys can be rotated. */
const keyId = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 8)

const PayloadMessage = proto.temporal.api.common.v1.Payload

function encrypt(key: Buffer, payload: Payload): Payload {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const plain = PayloadMessage.encode(payload).finish()
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return {
    metadata: { [METADATA_ENCODING_KEY]: bytes(ENCODING), [KEY_ID]: bytes(keyId(key)) },
    data: Buffer.concat([nonce, cipher.getAuthTag(), sealed]),
  }
}

function decrypt(key: Buffer, payload: Payload): Payload {
  if (text(payload.metadata?.[METADATA_ENCODING_KEY]) !== ENCODING) return payload
  if (text(payload.metadata?.[KEY_ID]) !== keyId(key))
    throw new Error('payload sealed by another key')
  const data = Buffer.from(payload.data ?? [])
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE))
  decipher.setAuthTag(data.subarray(NONCE, NONCE + TAG))
  const plain = Buffer.concat([decipher.update(data.subarray(NONCE + TAG)), decipher.final()])
  return PayloadMessage.decode(plain)
}

export function payloadCodec(key: Buffer): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(key, payload)),
    decode: async (payloads) => payloads.map((payload) => decrypt(key, payload)),
  }
}

/** For clients and workers alike: encrypted payloads, and failure messages and stacks encrypted with them. */
export function encryptedConverter(key: Buffer): DataConverter {
  return {
    payloadCodecs: [payloadCodec(key)],
    failureConverterPath: fileURLToPath(
      new URL('../workflows/failure-converter.cjs', import.meta.url),
    ),
  }
}
