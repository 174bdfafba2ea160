import * as fs from 'node:fs/promises'
import {vi} from 'vitest'

type Call = 'writev' | 'datasync' | 'appendFile'
type RealCall = () => Promise<unknown>

/** Lets a disk have no room for a call, from its `nth` time on, until there is room again. */
export async function fillDisk(call: Call, errno = 'ENOSPC', nth = 1): Promise<{makeRoom: () => void}> {
  let count = 0
  let isFull = true
  await replaceCall(call, real => {
    if (!isFull || ++count < nth) return real()
    return Promise.reject(Object.assign(new Error(`${errno}: full`), {code: errno, syscall: call}))
  })
  return {makeRoom: () => (isFull = false)}
}

/** Lets a disk take its time for a call, until it is told to go on. */
export async function holdDisk(call: Call): Promise<{goOn: () => void}> {
  let goOn: () => void = () => undefined
  const held = new Promise<void>(resolve => (goOn = resolve))
  await replaceCall(call, real => held.then(real))
  return {goOn}
}

async function replaceCall(call: Call, replacement: (real: RealCall) => Promise<unknown>): Promise<void> {
  const handle = await fs.open(import.meta.filename)
  const prototype = Object.getPrototypeOf(handle) as fs.FileHandle
  await handle.close()
  const real = Reflect.get(prototype, call) as (...args: unknown[]) => Promise<unknown>
  vi.spyOn(prototype, call).mockImplementation(function (this: fs.FileHandle, ...args: unknown[]) {
    return replacement(() => real.apply(this, args)) as never
  })
}
