import { fileURLToPath } from 'node:url'
import type { Shop } from '../../scripts/shop.ts'
import { startWorld } from '../support/world.ts'
import { makeKeys, openApi, openSocket } from './support.ts'

export const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))

export type ReplayWorld = Awaited<ReturnType<typeof openReplayWorld>>

/** A world whose API stands behind a socket, as the shop that logs are replayed on. */
export async function openReplayWorld() {
  const world = await startWorld()
  const settings = { mode: 'development' as const, publicUrl: 'http://shop.example' }
  const api = openApi(world, { settings: { ...settings, sandboxUrl: world.sandbox.url } })
  const keys = await makeKeys(world)
  const socket = await openSocket(api)
  const { url: sandboxUrl } = world.sandbox
  const shop: Shop = { apiUrl: socket.url, sandboxUrl, temporalUiUrl: '', keys }
  const close = async () => {
    socket.close()
    await world.stop()
  }
  return { world, api, keys, shop, close }
}
