import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import {
  API,
  type Checker,
  type Symbol as Declared,
  type Program,
  SignatureKind,
  SymbolFlags,
} from 'typescript/unstable/sync'
import { ROOT } from './documents.ts'

/** Something that applications import by name from one of the paths of the package. */
export interface PublicName {
  /** The path and the name: `ostiary/http returnPath`. */
  readonly label: string
  readonly name: string
  readonly kind: 'function' | 'class' | 'constant' | 'type'
  readonly doc: Doc
  readonly declarations: readonly Node[]
  readonly methods: readonly PublicMethod[]
}

/** A method of an interface or a class. Methods for the package itself, marked `@internal`, are left out. */
export interface PublicMethod {
  /** `ostiary ManagedUsers.add` */
  readonly label: string
  readonly owner: string
  /** The number by which the compiler knows the method. */
  readonly id: number
  readonly doc: Doc
  readonly declarations: readonly Node[]
}

/** A doc block, as the compiler reads it. */
export interface Doc {
  readonly text: string
  readonly examples: readonly string[]
  /** The text of each `@throws`, such as `{ConfigurationError} when an option is invalid.` */
  readonly throws: readonly string[]
}

/** The source of the package, with the checker of its types. Close it after use: it is a process of its own. */
export interface PublicApi {
  readonly checker: Checker
  readonly program: Program
  readonly names: readonly PublicName[]
  close(): void
}

/**
 * Opens the source of the package with the compiler. TypeScript 7 calls its interface for that unstable. A change of it
 * shows in the types of these files, and `package.json` has the exact version of the compiler.
 */
export function openPublicApi(): PublicApi {
  const api = new API({ cwd: ROOT })
  const config = join(ROOT, 'tsconfig.json')
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
  if (!project) throw new Error(`The compiler found no project at ${config}.`)
  const { program, checker } = project

  const names = publicPaths().flatMap((path) => {
    const file = program.getSourceFile(join(ROOT, 'src', path, 'index.ts'))
    const module = file && checker.getSymbolAtLocation(file)
    if (!module) throw new Error(`package.json exports ./${path}, and src has no module for it.`)
    return checker.getExportsOfModule(module).map((exported) => {
      const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      return describeName(join('ostiary', path), exported.name, symbol, checker)
    })
  })
  return { checker, program, names, close: () => api.close() }
}

/** Reads the doc block of a declaration. */
export function readDoc(symbol: Declared, checker: Checker): Doc {
  const text = checker.getDocumentationCommentOfSymbol(symbol)
  const tags = checker.getJsDocTagsOfSymbol(symbol)
  const tagged = tags.filter(({ name }) => name === 'example').map((tag) => tag.text ?? '')
  return {
    text,
    examples: [
      ...fencedIn(text),
      ...tagged.flatMap((example) => (example.includes('```') ? fencedIn(example) : example)),
    ],
    throws: tags.filter(({ name }) => name === 'throws').map((tag) => tag.text ?? ''),
  }
}

/** Returns the classes that the `@throws` of a doc block name. Text without a class in braces is returned as it is. */
export function classesIn({ throws }: Doc): string[] {
  return throws.map((text) => /^\{(\w+)\}\s+\S/.exec(text)?.[1] ?? text)
}

export function declarationsOf(symbol: Declared | undefined): Node[] {
  return (symbol?.declarations ?? []).map((handle) => handle.resolve()).filter((node) => node !== undefined)
}

function publicPaths(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: object }
  const paths = Object.keys(exports).filter((path) => path !== './package.json')
  return paths.map((path) => path.replace(/^\.\/?/, ''))
}

function describeName(path: string, name: string, symbol: Declared, checker: Checker): PublicName {
  const label = `${path} ${name}`
  const kind = kindOf(symbol, checker)
  const members = kind === 'type' || kind === 'class' ? [...symbol.getMembers().values()] : []
  const methods = members
    .filter((member) => isPublicMethod(member, checker))
    .map((member) => ({
      label: `${label}.${member.name}`,
      owner: name,
      id: member.id,
      doc: readDoc(member, checker),
      declarations: declarationsOf(member),
    }))
  return { label, name, kind, doc: readDoc(symbol, checker), declarations: declarationsOf(symbol), methods }
}

function kindOf(symbol: Declared, checker: Checker): PublicName['kind'] {
  if (symbol.flags & SymbolFlags.Class) return 'class'
  if (!(symbol.flags & SymbolFlags.Value)) return 'type'
  const type = checker.getTypeOfSymbol(symbol)
  return type && checker.getSignaturesOfType(type, SignatureKind.Call).length > 0 ? 'function' : 'constant'
}

function isPublicMethod(member: Declared, checker: Checker): boolean {
  const isMethod = declarationsOf(member).some(
    ({ kind }) => kind === SyntaxKind.MethodSignature || kind === SyntaxKind.MethodDeclaration,
  )
  // A name that is a symbol, such as that of Node for `inspect`, is nothing to call by hand.
  if (!isMethod || member.name.startsWith('__@')) return false
  return !checker.getJsDocTagsOfSymbol(member).some(({ name }) => name === 'internal')
}

function fencedIn(text: string): string[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
}
