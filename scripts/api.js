// Writes docs/api.md from the docstrings of all that src/index.ts exports: npm run api
// With --check it only says whether the file is fresh.
import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import ts from 'typescript'
import {writeOrCheck} from './generated.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const index = join(root, 'src', 'index.ts')

const {config} = ts.readConfigFile(join(root, 'tsconfig.json'), path => readFileSync(path, 'utf8'))
const {options} = ts.parseJsonConfigFileContent({...config, include: [], files: [index]}, ts.sys, root)
const program = ts.createProgram([index], options)
const checker = program.getTypeChecker()
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)))
const symbols = exported.map(symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
)
const declarations = symbols.map(symbol => symbol.declarations[0])
const [functions, classes, types] = [
  declarations.filter(ts.isFunctionDeclaration),
  declarations.filter(ts.isClassDeclaration),
  declarations.filter(node => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)),
]
const constants = declarations.filter(ts.isVariableDeclaration)
const names = new Set(declarations.map(({name}) => name.text))

const page = `# The library

Made by \`npm run api\` from the docstrings in \`src/\`. Everything is exported by \`chatctl\`, an ES module with its types:

\`\`\`ts
import {${[...functions, ...classes, ...constants].map(({name}) => name.text).join(', ')}} from 'chatctl'
\`\`\`

Nothing is written to the terminal, no process is ended, and nothing is shared between two rooms of one process. Whatever waits
for another end takes an \`AbortSignal\`; what has none waits for this computer alone (\`forget\`, \`verify\`, \`receiveInto\`), or for
a few seconds at most (\`leave\`). In the
examples \`port\` and \`code\` are those of a room that \`host()\` has opened.

${[...functions, ...classes].map(section).join('\n')}
## Constants

${constants.map(node => `- \`${node.name.text}\`: ${textOf(node)}`).join('\n')}

## Types

${types.map(typeSection).join('\n')}`

writeOrCheck(join(root, 'docs', 'api.md'), page, 'npm run api')

function section(node) {
  const title = ts.isClassDeclaration(node) ? `class ${node.name.text}` : `${node.name.text}()`
  const signature = ts.isClassDeclaration(node) ? '' : fence('ts', signatureOf(node))
  const members = ts.isClassDeclaration(node) ? `${memberList(node)}\n` : ''
  const example = tagsOf(node, 'example').map(text => `Example:\n\n${fence('js', text)}`)
  return [`## ${title}`, signature, described(node), members, ...example].filter(text => text !== '').join('\n\n')
}

function typeSection(node) {
  if (ts.isTypeAliasDeclaration(node))
    return `### ${node.name.text}\n\n${textOf(node)}\n\n${fence('ts', declarationOf(node))}\n`
  const parents = (node.heritageClauses ?? []).flatMap(({types: each}) => each.map(type => type.getText()))
  const more = parents.length > 0 ? `Also has what is in ${parents.map(parent => `\`${parent}\``).join(', ')}.\n\n` : ''
  return `### ${node.name.text}\n\n${described(node)}\n\n${more}${memberList(node)}\n`
}

/** What it is for, what it takes and gives, and what it throws. */
function described(node) {
  const documented = ts.getJSDocTags(node).filter(ts.isJSDocParameterTag)
  const parameters = documented.map(tag => `\`${tag.name.getText()}\`: ${tagText(tag)}.`)
  const returned = tagsOf(node, 'returns').map(text => `Returns ${text}.`)
  return [textOf(node), ...parameters, ...returned, ...thrown(node)].filter(text => text !== '').join('\n\n')
}

/** With the members of parents that are not exported: nobody could look them up. */
function memberList(node) {
  const hidden = (node.heritageClauses ?? []).flatMap(({types: each}) => each.flatMap(hiddenParent))
  const own = node.members.filter(isPublic)
  return [...hidden.flatMap(parent => [...parent.members]), ...own].map(memberItem).join('\n')
}

function hiddenParent(type) {
  const [declaration] = checker.getTypeAtLocation(type).symbol?.declarations ?? []
  const isHidden = declaration && ts.isInterfaceDeclaration(declaration) && !names.has(declaration.name.text)
  return isHidden && declaration.getSourceFile().fileName.startsWith(join(root, 'src')) ? [declaration] : []
}

function memberItem(member) {
  const signature = ts.isMethodSignature(member) ? signatureOf(member) : propertyOf(member)
  const text = [textOf(member), ...thrown(member)].filter(part => part !== '').join(' ')
  return `- \`${oneLine(signature)}\`: ${oneLine(text)}`
}

function isPublic(member) {
  return ts.isPropertySignature(member) || ts.isMethodSignature(member) || isPublicField(member)
}

function isPublicField(member) {
  const isOverride = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Override) !== 0
  return ts.isPropertyDeclaration(member) && !ts.isPrivateIdentifier(member.name) && !isOverride
}

function propertyOf({name, questionToken, type}) {
  return `${name.getText()}${questionToken ? '?' : ''}: ${type.getText()}`
}

function signatureOf({name, parameters, type}) {
  return `${name.text}(${parameters.map(parameterOf).join(', ')}): ${type.getText()}`
}

/** How a parameter is taken apart is nobody else's business. */
function parameterOf(parameter) {
  return ts.isObjectBindingPattern(parameter.name) ? `options: ${parameter.type.getText()}` : parameter.getText()
}

function declarationOf(node) {
  return node.getText().replace(/^export /, '')
}

function thrown(node) {
  return tagsOf(node, 'throws').map(text => `Throws ${text}.`)
}

function textOf(node) {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)
  return linked(ts.getTextOfJSDocComment(comment?.comment) ?? '')
}

function tagsOf(node, name) {
  return ts
    .getJSDocTags(node)
    .filter(tag => tag.tagName.text === name)
    .map(tagText)
}

function tagText(tag) {
  // TypeScript takes the first word of what is thrown for a type.
  const type = tag.typeExpression && tag.tagName.text === 'throws' ? `${tag.typeExpression.getText()} ` : ''
  return linked(`${type}${ts.getTextOfJSDocComment(tag.comment) ?? ''}`.trim())
}

function linked(text) {
  return text.replaceAll(/\{@link (\w+)\}/g, '`$1`')
}

function oneLine(text) {
  return text.replaceAll(/\s+/g, ' ')
}

function fence(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
