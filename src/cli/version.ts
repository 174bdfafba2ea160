import {readFile} from 'node:fs/promises'
import {join} from 'node:path'

/** Returns what `--version` prints, as oclif would: the package, the platform and Node. */
export async function describeVersion(root: string): Promise<string> {
  const {name, version} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, string>
  return `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`
}
