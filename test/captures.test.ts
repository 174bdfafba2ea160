import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {captureScreens} from './helpers/captures.js'
import {packageRoot} from './helpers/run-chatctl.js'

const path = join(packageRoot, 'README.md')
const readme = readFileSync(path, 'utf8')
const marked = /<!-- capture: (\w+) -->\n```\n([\s\S]*?)\n```/g

it('the README shows the screens as they are (`npm run captures` writes them)', async () => {
  const screens = await captureScreens()
  const fresh = readme.replaceAll(marked, (_, name: string) => {
    return `<!-- capture: ${name} -->\n\`\`\`\n${screens.get(name) ?? ''}\n\`\`\``
  })
  if (process.env['CAPTURES'] === 'write') writeFileSync(path, fresh)
  else expect(readme).toBe(fresh)
  const shown = Array.from(readme.matchAll(marked), ([, name]) => name)
  expect(shown.toSorted()).toEqual([...screens.keys()].toSorted())
})
