import {readdirSync, readFileSync} from 'node:fs'
import {join, posix} from 'node:path'
import ts from 'typescript'

/** One import of a module. */
export interface Import {
  /** A package, or the path of another source file: `src/errors/index.ts`. */
  target: string
  /** Gone once it is compiled. */
  isTypeOnly: boolean
  /** Loaded when it is needed, not with the module. */
  isDynamic: boolean
}

/** What the rules look at in a source file. */
export interface SourceModule {
  path: string
  imports: Import[]
  readsEnvironment: boolean
  /** What it uses of the process that all rooms in it share: its terminal, its end, its signals. */
  usesOfProcess: string[]
  /** Exports that no docstring explains. */
  undocumented: string[]
}

/** Reads every module below `src`. */
export function readSourceModules(root: string): SourceModule[] {
  const names = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
  const paths = names.filter(name => name.endsWith('.ts')).map(name => posix.join('src', name.replaceAll('\\', '/')))
  return paths.sort().map(path => readModule(path, readFileSync(join(root, path), 'utf8')))
}

/** Reads one module from its text. */
export function readModule(path: string, text: string): SourceModule {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
  const nodes = [...descendants(file)]
  return {
    path,
    imports: nodes.flatMap(node => importOf(node, path)),
    readsEnvironment: nodes.some(node => ts.isPropertyAccessExpression(node) && node.getText() === 'process.env'),
    usesOfProcess: nodes.filter(isUseOfProcess).map(node => node.getText()),
    undocumented: undocumentedExports(file),
  }
}

function isUseOfProcess(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false
  return /^(console\.\w+|process\.(stdin|stdout|stderr|exit|exitCode|on|once|abort))$/.test(node.getText())
}

function* descendants(node: ts.Node): Generator<ts.Node> {
  for (const child of node.getChildren()) {
    yield child
    yield* descendants(child)
  }
}

function importOf(node: ts.Node, path: string): Import[] {
  if (ts.isImportDeclaration(node)) {
    const isTypeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return [{target: resolve(node.moduleSpecifier, path), isTypeOnly, isDynamic: false}]
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return [{target: resolve(node.moduleSpecifier, path), isTypeOnly: node.isTypeOnly, isDynamic: false}]
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return [{target: resolve(node.argument.literal, path), isTypeOnly: true, isDynamic: false}]
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return [{target: resolve(node.arguments[0]!, path), isTypeOnly: false, isDynamic: true}]
  }
  return []
}

function resolve(specifier: ts.Node, path: string): string {
  if (!ts.isStringLiteralLike(specifier)) return specifier.getText()
  if (!specifier.text.startsWith('.')) return specifier.text
  return posix.join(posix.dirname(path), specifier.text).replace(/\.js$/, '.ts')
}

/** A type that is derived from a documented value (`typeof value`) is explained there. */
function undocumentedExports(file: ts.SourceFile): string[] {
  const exported = file.statements.filter(isExported)
  const documented = new Set(exported.filter(isDocumented).map(nameOf))
  const isDerived = (statement: ts.Statement) =>
    ts.isTypeAliasDeclaration(statement) && typeQueriesIn(statement).some(name => documented.has(name))
  return exported.filter(statement => !isDocumented(statement) && !isDerived(statement)).map(nameOf)
}

function isExported(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return false
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : []
  return modifiers.some(({kind}) => kind === ts.SyntaxKind.ExportKeyword)
}

function isDocumented(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc)
}

function typeQueriesIn(statement: ts.Statement): string[] {
  return [...descendants(statement)].filter(ts.isTypeQueryNode).map(({exprName}) => exprName.getText())
}

function nameOf(statement: ts.Statement): string {
  return /(?:function|class|interface|type|const|let)\s+(\w+)/.exec(statement.getText())?.[1] ?? statement.getText()
}
