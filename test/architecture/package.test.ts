import {execFile, execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it} from 'vitest'
import {packageRoot, runScript} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'

const execute = promisify(execFile)

interface Packed {
  filename: string
  files: {path: string}[]
}

const shipped = [
  /^(package\.json|oclif\.manifest\.json|LICENSE|README\.md|CHANGELOG\.md)$/,
  /^bin\/run\.(js|cmd)$/,
  /^dist\/(?!transport\/memory-pair).+(?<!\.test)\.(js|d\.ts)$/,
  /^dist\/LICENSES\.txt$/,
  /^docs\/[\w-]+\.md$/,
]

describe('the package', () => {
  const packed = shared(async () => {
    const folder = temporaryDirectory()
    return {folder, ...(await pack(folder))}
  })

  it('ships what runs and what is read, and nothing else', () => {
    const paths = packed().files.map(({path}) => path)
    expect(paths.filter(path => !shipped.some(pattern => pattern.test(path)))).toEqual([])
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'oclif.manifest.json', 'bin/run.js']),
    )
  })

  it('works installed in an empty folder', async () => {
    const {folder, filename} = packed()
    const run = join(install(filename, folder), 'bin/run.js')
    expect(await runScript(run, ['--version'])).toMatchObject({exitCode: 0, stderr: ''})
    const help = await runScript(run, ['join', '--help'])
    expect(help.stdout).toContain('$ chatctl join')
  })
})

/** Packs the package as it is built: its own scripts would build it again under the other tests. */
async function pack(folder: string): Promise<Packed> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const {stdout} = await execute('npm', args, {cwd: packageRoot, shell: process.platform === 'win32'})
  const [packed] = JSON.parse(stdout) as Packed[]
  return packed!
}

/** Does what `npm install` does with a tarball; the packages that it needs are those of this clone. */
function install(tarball: string, folder: string): string {
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  execFileSync('tar', ['-xzf', join('..', tarball)], {cwd: modules})
  const installed = join(modules, 'package')
  const {dependencies} = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {dependencies: object}
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), {recursive: true})
    symlinkSync(join(packageRoot, 'node_modules', name), join(modules, name), 'junction')
  }
  return installed
}
