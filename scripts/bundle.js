// Makes what ships of what was compiled: the modules of build/ and the libraries that they use become few files in dist/.
// To start is mostly to find, open and link modules (`bench/startup.js`).
import {readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {rolldown} from 'rolldown'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const build = join(root, 'build')
const dist = join(root, 'dist')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** What is loaded by its path: by Node, by oclif, by whoever depends on the package, or as a thread. */
const entries = [
  'index.js',
  'cli/main.js',
  'transfer/digest/digest-worker.js',
  ...modulesIn('hooks'),
  ...modulesIn('commands'),
]

/** What is inside as well as beside the package: a start is half oclif, and the types of both are ours too. */
const alsoInside = ['@oclif/core', 'valibot']
const outside = Object.keys(manifest.dependencies).filter(name => !alsoInside.includes(name))

const bundle = await rolldown({
  input: Object.fromEntries(entries.map(entry => [entry.slice(0, -'.js'.length), join(build, entry)])),
  platform: 'node',
  // The last three oclif would take if they were there, to run TypeScript uncompiled.
  external: [...outside, 'typescript', 'ts-node', /^tsx(\/|$)/],
})
const {output} = await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  comments: false,
  // Each start reads all of it again: with one byte a character, and as it was written, for traces.
  minify: {compress: true, mangle: false, codegen: {removeWhitespace: false, asciiOnly: true}},
})
writeFileSync(join(dist, 'LICENSES.txt'), licensesOf(output.flatMap(({moduleIds = []}) => moduleIds)))

function modulesIn(folder) {
  const names = readdirSync(join(build, folder), {recursive: true}).filter(name => name.endsWith('.js'))
  return names.map(name => join(folder, name))
}

/** The licences of the libraries inside, which ask to be where their code is. */
function licensesOf(modules) {
  const packages = new Set(modules.filter(id => id.includes('node_modules')).map(folderOfPackage))
  return [...packages].sort().map(licenseOf).join('\n')
}

function folderOfPackage(module) {
  return /.*node_modules[/\\](@[^/\\]+[/\\])?[^/\\]+/.exec(module.replace(/^\0/, ''))[0]
}

function licenseOf(folder) {
  const {name, version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(file => /^licen[cs]e/i.test(file))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : ''
  return `${name} ${version} (${license})\n\n${text}\n\n${'-'.repeat(80)}\n`
}
