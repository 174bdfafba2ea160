import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {packageRoot, runScript} from '../helpers/run-chatctl.js'

describe('a page of the docs that is made from the code', () => {
  it.each(['scripts/api.js', 'scripts/commands.js'])('is what %s makes of it now', async script => {
    const {exitCode, stderr} = await runScript(join(packageRoot, script), ['--check'], {cwd: packageRoot})
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })
})

describe('docs/api.md', () => {
  const page = readFileSync(join(packageRoot, 'docs/api.md'), 'utf8')
  const [calls = '', , types = ''] = page.split(/\n## (?:Constants|Types)\n/)

  it.each(
    calls
      .split('\n## ')
      .slice(1)
      .map(section => [section.split('\n')[0]!, section] as const),
  )('says of %s all that whoever calls it has to know', (title, section) => {
    expect(section).toContain('Example:\n\n```js\n')
    if (!title.endsWith('()')) return
    expect(section).toMatch(/^`options`: .+\.$/m)
    expect(section).toMatch(/^Returns .+\.$/m)
    // What only makes something has nothing that could go wrong.
    if (title === 'defineSlashCommand()') return
    expect(section).toMatch(
      /^Throws ChatctlError [^]+ the reason of the signal|^Throws ChatctlError what `host` throws/m,
    )
  })

  it('says what each type and each of its members is for', () => {
    const silent = Array.from(page.matchAll(/^- `.*`:\s*$/gm), ([line]) => line)
    expect(silent).toEqual([])
    for (const section of types.split('\n### ').slice(1)) expect(section).toMatch(/^\w+\n\n[A-Z]/)
  })
})
