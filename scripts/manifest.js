// Writes oclif.manifest.json from the built commands; with --check it only says whether the file is fresh.
import {Plugin} from '@oclif/core/config'
import {settings} from '@oclif/core/settings'
import {readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const path = join(root, 'oclif.manifest.json')

settings.enableAutoTranspile = false
const plugin = new Plugin({
  errorOnManifestCreate: true,
  ignoreManifest: true,
  respectNoCacheDefault: true,
  root,
  type: 'core',
})
await plugin.load()

// Files are found in the order of the file system: sorted, the manifest is the same everywhere.
const commands = Object.fromEntries(Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)))
const manifest = `${JSON.stringify({...plugin.manifest, commands}, undefined, 2)}\n`

if (!process.argv.includes('--check')) {
  await writeFile(path, manifest)
} else if ((await readFile(path, 'utf8')) !== manifest) {
  console.error('oclif.manifest.json is stale: run `npm run manifest`')
  process.exitCode = 1
}
