import {readdirSync} from 'node:fs'

/** The names of the parts in a directory that wait for another try. */
export function keptParts(directory: string): string[] {
  return readdirSync(directory).filter(name => /^\..+\.part$/s.test(name))
}

/** The names of the files in a directory that somebody sees there. */
export function visibleFiles(directory: string): string[] {
  return readdirSync(directory).filter(name => !name.startsWith('.'))
}
