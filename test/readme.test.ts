import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {createHash} from 'node:crypto'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {packageRoot, runScript} from './helpers/run-chatctl.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'

const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')

describe('the README', () => {
  it('has an example of the library that runs as printed', async () => {
    const directory = temporaryDirectory()
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? []
    mkdirSync(join(directory, 'node_modules'))
    symlinkSync(packageRoot, join(directory, 'node_modules/chatctl'), 'junction')
    writeFileSync(join(directory, 'report.txt'), 'the report')
    writeFileSync(join(directory, 'example.mjs'), example)
    const {exitCode, stdout, stderr} = await runScript(join(directory, 'example.mjs'), [], {cwd: directory})
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
    expect(stdout).toContain(createHash('sha256').update('the report').digest('hex'))
    expect(stdout).toMatch(/^received$/m)
    expect(readFileSync(join(directory, 'inbox/new_report.txt'), 'utf8')).toBe('the report')
  })

  it('names on its first screen the two commands for a fresh clone', () => {
    const firstScreen = readme.split('\n').slice(0, 12).join('\n')
    expect(firstScreen).toContain('npm ci && npx chatctl host')
    expect(firstScreen).toContain('npm ci && npm test')
  })
})
