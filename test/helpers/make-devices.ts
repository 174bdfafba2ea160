import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestProject} from 'vitest/node'
import {loadIdentity} from '../../src/security/identity.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The home directories of devices that have their identity and know nobody. */
    devices: string[]
  }
}

/** More than any one test has; a file that asks for more gets the first ones again. */
const deviceCount = 64

/** Makes the devices of a whole run at once: a process that makes its own spends a quarter of its time on that. */
export default async function makeDevices(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'chatctl-devices-'))
  const devices = Array.from({length: deviceCount}, (_, number) => join(directory, String(number)))
  await Promise.all(devices.map(loadIdentity))
  project.provide('devices', devices)
  return () => rm(directory, {recursive: true})
}
