import {join} from 'node:path'
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {packageRoot, runScript} from '../helpers/run-chatctl.js'

describe('oclif.manifest.json', () => {
  it('is what the commands make it', async () => {
    const {exitCode, stderr} = await runScript(join(packageRoot, 'scripts/manifest.js'), ['--check'])
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })

  it('goes with a list of slash commands in README.md', async () => {
    const {exitCode, stderr} = await runScript(join(packageRoot, 'scripts/slash-commands.js'), ['--check'])
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })

  it('holds nothing of the machine that wrote it', () => {
    const manifest = readFileSync(join(packageRoot, 'oclif.manifest.json'), 'utf8')
    expect(manifest).not.toContain(packageRoot)
    expect(JSON.parse(manifest)).toMatchObject({
      commands: {'chat:join': {flags: {nick: expect.not.objectContaining({default: expect.anything()})}}},
    })
  })
})
