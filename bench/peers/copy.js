import {join} from 'node:path'
import {runToItsEnd} from '../processes.js'

/** `cp`, which only copies: what the disk does, where the computers share one. */
export async function copyCarriers(_, {atServer, isByPort}) {
  if (atServer.length > 0 || isByPort) return []
  const carry = async (source, into) => {
    await runToItsEnd(['cp', '-r', source, join(into, 'copy')])
    return join(into, 'copy')
  }
  return [{name: 'cp', kinds: ['file', 'tree'], carry}]
}
