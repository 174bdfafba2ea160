import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {describeVersion} from './version.js'
import {keepYoungHeapSmall} from './young-heap.js'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Runs the stand-alone `chatctl` with the arguments of this process. */
export async function main(): Promise<void> {
  const argv = process.argv.slice(2)
  keepYoungHeapSmall()
  // Loading oclif takes longer than starting Node: the version is known without it.
  if (argv[0] === '--version') process.stdout.write(`${await describeVersion(root)}\n`)
  else await (await import('./stand-alone.js')).runStandAlone(root, argv)
}
