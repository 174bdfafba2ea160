import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {packageRoot, runScript} from '../helpers/run-chatctl.js'

describe('a page of the docs that is made from the code', () => {
  it.each(['scripts/api.js', 'scripts/commands.js'])('is what %s makes of it now', async script => {
    const {exitCode, stderr} = await runScript(join(packageRoot, script), ['--check'], {cwd: packageRoot})
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })
})
