import {AsyncLocalStorage} from 'node:async_hooks'
import {afterEach} from 'vitest'

/** A process that is killed before one of its steps: what that would have done never happens, and nothing does after it. */
interface Mortal {
  stepsLeft: number
  readonly die: () => void
}

const mortals = new AsyncLocalStorage<Mortal>()
/** What the dead had open: until the test is over nobody gets the same descriptor, by which a thread may still know theirs. */
const opened: {close(): Promise<void>}[] = []

afterEach(async () => {
  for (const handle of opened.splice(0)) await handle.close().catch(() => undefined)
})

/** Runs work that is killed before its `step`-th step; resolves with whether it was over before. */
export function runUntilKilled(step: number, work: () => Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const mortal = {stepsLeft: step, die: () => resolve(false)}
    mortals.run(mortal, () => void work().then(() => resolve(true), reject))
  })
}

/** Has functions of a module of Node's be the steps of whoever is mortal and calls them. */
export function countSteps<Module extends object>(module: Module, names: readonly string[]): Module {
  const counted = names.map(name => {
    const real = Reflect.get(module, name) as (...args: unknown[]) => unknown
    return [name, (...args: unknown[]) => take(name, () => real(...args))] as const
  })
  return {...module, ...Object.fromEntries(counted)}
}

function take(name: string, step: () => unknown): unknown {
  const mortal = mortals.getStore()
  if (mortal && mortal.stepsLeft-- <= 0) return die(name, mortal)
  return name === 'open' ? remember(step() as Promise<{close(): Promise<void>}>) : step()
}

function die(name: string, mortal: Mortal): unknown {
  mortal.die()
  if (name.endsWith('Sync')) throw new Error('killed')
  return new Promise(() => undefined)
}

async function remember<Handle extends {close(): Promise<void>}>(opening: Promise<Handle>): Promise<Handle> {
  const handle = await opening
  opened.push(handle)
  return handle
}
