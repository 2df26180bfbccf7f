/*
 * `longhaul/testing`: time-skipping order tests over real parts. See docs/testing.md.
 */

export { CATALOGUE } from './catalogue.ts'
export type { OwnProduct, Product } from './catalogue.ts'
export { RequestRefused } from './door.ts'
export { fakePlatform } from './fake-platform.ts'
export type { FakeFault, FakeNotice, FakePlatform } from './fake-platform.ts'
export type { OrderOptions, TestOrder } from './order.ts'
export type { FaultInput, OrderFault } from './outside.ts'
export type { Money, SentMail } from './record.ts'
export { startServers } from './servers.ts'
export type { RunningServers, ServerOptions, Servers } from './servers.ts'
export type { AfterSales, Cancel } from './support.ts'
export type { Duration, JumpOptions } from './time.ts'
export { startWorld } from './world.ts'
export type { World, WorldOptions } from './world.ts'
