/** SLOAD, SSTORE, TLOAD, TSTORE. */
import * as Gas from '../Gas.ts'
import { charge, halt, type Machine } from '../Machine.ts'

export function opSload(m: Machine): void {
  const { frame, world } = m
  const { items } = frame.stack
  const slot = items.pop()!
  const isWarm = world.openWarmSlot(frame.self, slot)
  if (!charge(m, isWarm ? Gas.WARM_ACCESS : Gas.COLD_SLOT)) return
  const value = world.openSlot(frame.self, slot)
  if (!isWarm) world.addWarmSlot(frame.self, slot)
  items.push(value)
}

export function opSstore(m: Machine): void {
  const { frame, world } = m
  const { items } = frame.stack
  const slot = items.pop()!
  const value = items.pop()!
  if (frame.isStatic || frame.gas <= Gas.SSTORE_SENTRY) return halt(m)

  const isWarm = world.openWarmSlot(frame.self, slot)
  const current = world.openSlot(frame.self, slot)
  const original = world.openOriginal(frame.self, slot)
  const cost = Gas.sstoreCost(original, current, value) + (isWarm ? 0 : Gas.COLD_SLOT)
  if (!charge(m, cost)) return

  world.refund += Gas.sstoreRefund(original, current, value)
  if (!isWarm) world.addWarmSlot(frame.self, slot)
  if (value !== current) world.writeSlot(frame.self, slot, value)
}

export function opTload(m: Machine): void {
  const { frame } = m
  const { items } = frame.stack
  items.push(m.world.openTransient(frame.self, items.pop()!))
}

export function opTstore(m: Machine): void {
  const { frame } = m
  const { items } = frame.stack
  const slot = items.pop()!
  const value = items.pop()!
  if (frame.isStatic) return halt(m)
  m.world.openTransient(frame.self, slot)
  m.world.writeTransient(frame.self, slot, value)
}
