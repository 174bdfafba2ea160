import {AsyncLocalStorage} from 'node:async_hooks'

/** A process that is killed before one of its steps: what that would have done never happens, and nothing does after it. */
interface Mortal {
  stepsLeft: number
  readonly die: () => void
  readonly opened: {close(): Promise<void>}[]
}

const mortals = new AsyncLocalStorage<Mortal>()

/** Runs work that is killed before its `step`-th step; resolves with whether it was over before. */
export async function runUntilKilled(step: number, work: () => Promise<unknown>): Promise<boolean> {
  const opened: Mortal['opened'] = []
  try {
    return await new Promise((resolve, reject) => {
      const mortal = {stepsLeft: step, die: () => resolve(false), opened}
      mortals.run(mortal, () => void work().then(() => resolve(true), reject))
    })
  } finally {
    for (const handle of opened) await handle.close().catch(() => undefined)
  }
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
  if (!mortal) return step()
  if (mortal.stepsLeft-- > 0)
    return name === 'open' ? remember(mortal, step() as Promise<{close(): Promise<void>}>) : step()
  mortal.die()
  if (name.endsWith('Sync')) throw new Error('killed')
  return new Promise(() => undefined)
}

async function remember<Handle extends {close(): Promise<void>}>(
  mortal: Mortal,
  opening: Promise<Handle>,
): Promise<Handle> {
  const handle = await opening
  mortal.opened.push(handle)
  return handle
}
