import {existsSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {fileURLToPath, URL} from 'node:url'

/** Where `npm run bench:peers` puts what no package of the system brings. */
export const peersDirectory = fileURLToPath(new URL('../.peers', import.meta.url))

/** The path of a program: of the bench's own, or of this machine, servers' places included; undefined without one. */
export function findProgram(name) {
  const places = [join(peersDirectory, 'bin'), join(peersDirectory, 'python', 'bin')]
  const system = [...process.env.PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return [...places, ...system].map(place => join(place, name)).find(path => existsSync(path))
}
