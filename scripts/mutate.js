// Takes the main defences away, one by one, and sees that a test misses each: `npm run mutate [-- word of a defence]`.
//
// They are in mutations.json: `defence` is the name of a threat in docs/security.md, `file` the source, `from` what stands
// there once, `to` what replaces it, and `test` the tests of which one has to fail then.
import {spawnSync} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

/** What a defence gone lets hang is missed; with all in place no test takes so long. */
const patienceMs = 45_000

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mutations = JSON.parse(readFileSync(join(root, 'scripts', 'mutations.json'), 'utf8'))
const chosen = mutations.filter(({defence}) => defence.includes(process.argv[2] ?? ''))

const copy = copyProject()
try {
  process.exitCode = check(copy)
} finally {
  rmSync(copy, {recursive: true, force: true})
}

function check(project) {
  const tests = [...new Set(chosen.map(({test}) => test))]
  if (!passes(project, tests)) {
    console.error(
      'Error: the tests fail with every defence in its place\n  Run `npm test` first, and mend what it finds.',
    )
    return 1
  }
  const unmissed = chosen.filter(mutation => !isMissed(project, mutation))
  console.log(`\n${chosen.length - unmissed.length} of ${chosen.length} defences are missed when they are gone`)
  return unmissed.length === 0 ? 0 : 1
}

/** Says whether the test of a defence fails without it. */
function isMissed(project, {defence, file, from, to, test}) {
  const path = join(project, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length !== 2) throw new Error(`${file} does not have ${JSON.stringify(from)} once`)
  writeFileSync(
    path,
    source.replace(from, () => to),
  )
  const missed = !passes(project, [test])
  writeFileSync(path, source)
  console.log(`${missed ? 'missed    ' : 'NOT MISSED'}  ${defence}  (${file}; ${test})`)
  return missed
}

function passes(project, tests) {
  const vitest = join(project, 'node_modules', 'vitest', 'vitest.mjs')
  const limits = ['--bail', '1', '--testTimeout', String(patienceMs), '--hookTimeout', String(patienceMs)]
  return spawnSync(process.execPath, [vitest, 'run', ...limits, ...tests], {cwd: project}).status === 0
}

/** Nothing is changed where people work: a stop half way would leave a defence out. */
function copyProject() {
  const project = mkdtempSync(join(tmpdir(), 'chatctl-mutate-'))
  const kept = ['src', 'test', 'docs', 'bin', 'dist', 'package.json', 'tsconfig.json', 'vitest.config.ts']
  for (const name of kept) cpSync(join(root, name), join(project, name), {recursive: true})
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  return project
}
