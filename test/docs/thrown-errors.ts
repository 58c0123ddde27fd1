import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import {
  isAwaitExpression,
  isCallExpression,
  isClassLikeDeclaration,
  isConstructorDeclaration,
  isMethodSignatureDeclaration,
  isNewExpression,
  isPropertyDeclaration,
  isThrowStatement,
  isTryStatement,
} from 'typescript/unstable/ast/is'
import type { Checker, Type } from 'typescript/unstable/sync'
import { ROOT } from './documents.ts'
import { classesIn, declarationsOf, readDoc } from './public-api.ts'

const FUNCTIONS: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
])

/** The implementations of methods of interfaces, by the number of the method. */
export type Bodies = ReadonlyMap<number, readonly Node[]>

/**
 * Returns the names of the error classes that a function, or the constructor of a class, throws by itself.
 *
 * It finds the `throw` statements in the body of the function, and in every function of our source that it calls, and
 * so on. The type of what is thrown counts: `throw refused(name)` is found too. A called method of one of our interfaces
 * throws what its doc block says, and what its implementations throw.
 *
 * It leaves out whatever may never happen in this call: functions within the body, generators, promises that nobody
 * awaits or returns, and every `try` that has a `catch`. So a class that it finds is one that the code throws from
 * there, although the arguments of the caller may rule it out.
 */
export function thrownErrors(declaration: Node, checker: Checker, bodies: Bodies): ReadonlySet<string> {
  const found = new Set<string>()
  const entered = new Set<Node>()

  function enter(node: Node): void {
    if (entered.has(node)) return
    entered.add(node)
    for (const part of executedParts(node)) walk(part)
  }

  function walk(node: Node): void {
    if (FUNCTIONS.has(node.kind) || isClassLikeDeclaration(node)) return
    if (isTryStatement(node) && node.catchClause) {
      walk(node.catchClause)
      if (node.finallyBlock) walk(node.finallyBlock)
      return
    }
    if (isThrowStatement(node)) add(namesOf(checker.getTypeAtLocation(node.expression)))
    if (isCallExpression(node) || isNewExpression(node)) follow(node)
    node.forEachChild((child) => void walk(child))
  }

  function follow(call: Node): void {
    const called = calledBy(call, checker)
    if (called === undefined || !isWaitedFor(call, called)) return
    if (isMethodSignatureDeclaration(called)) {
      const symbol = checker.getSymbolAtLocation(called.name)
      if (symbol) add(classesIn(readDoc(symbol, checker)))
      for (const body of (symbol && bodies.get(symbol.id)) ?? []) if (hasBody(body)) enter(body)
    } else {
      enter(called)
    }
  }

  function add(names: readonly string[]): void {
    for (const name of names) found.add(name)
  }

  if (hasBody(declaration)) enter(declaration)
  return found
}

function executedParts(node: Node): Node[] {
  if (isClassLikeDeclaration(node)) {
    const fields = node.members.filter(
      (member) => isPropertyDeclaration(member) && !has(member, SyntaxKind.StaticKeyword),
    )
    return [...fields, ...node.members.filter(isConstructorDeclaration).flatMap(executedParts)]
  }
  const parts = childrenOf(node)
  if (FUNCTIONS.has(node.kind)) return parts
  // The function that a constant holds: `const check = (value) => …`, or `const plugin = wrap(async (app) => …)`.
  return parts
    .flatMap((part) => (isCallExpression(part) ? [...part.arguments] : [part]))
    .filter(isFunction)
    .flatMap(executedParts)
}

/** Returns the function, class or method that a call names, if it is ours. */
function calledBy(call: Node, checker: Checker): Node | undefined {
  if (isNewExpression(call)) return declarationsOf(checker.getSymbolAtLocation(call.expression)).find(isOurs)
  const declaration = checker.getResolvedSignature(call)?.declaration?.resolve()
  if (!declaration || !isOurs(declaration)) return undefined
  if (hasBody(declaration) || isMethodSignatureDeclaration(declaration)) return declaration
  // An overload: the body belongs to another declaration of the same name.
  const name = childrenOf(declaration).find(({ kind }) => kind === SyntaxKind.Identifier)
  return name && declarationsOf(checker.getSymbolAtLocation(name)).find(hasBody)
}

function isWaitedFor({ parent }: Node, called: Node): boolean {
  const isPromised = has(called, SyntaxKind.AsyncKeyword) || /\): Promise<[^\n]*$/.test(headOf(called))
  const isAwaited = isAwaitExpression(parent) || parent.kind === SyntaxKind.ReturnStatement
  return !isPromised || isAwaited || parent.kind === SyntaxKind.ArrowFunction
}

/** The text of a function before its body. */
function headOf(node: Node): string {
  const body = childrenOf(node).find(({ kind }) => kind === SyntaxKind.Block)
  const text = node.getText()
  return body ? text.slice(0, text.length - body.getText().length).trimEnd() : text
}

function hasBody(node: Node): boolean {
  if (!FUNCTIONS.has(node.kind)) return isClassLikeDeclaration(node) || node.kind === SyntaxKind.VariableDeclaration
  const isGenerator = 'asteriskToken' in node && node.asteriskToken !== undefined
  return 'body' in node && node.body !== undefined && !isGenerator
}

function isFunction({ kind }: Node): boolean {
  return FUNCTIONS.has(kind)
}

function isOurs(node: Node): boolean {
  return node.getSourceFile().fileName.startsWith(`${ROOT}src/`)
}

function has(node: Node, keyword: SyntaxKind): boolean {
  const modifiers = 'modifiers' in node ? (node.modifiers as readonly Node[] | undefined) : undefined
  return modifiers?.some(({ kind }) => kind === keyword) ?? false
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  node.forEachChild((child) => void children.push(child))
  return children
}

/** `AuthError` is the base of all classes: the type of an error that is passed on, whatever its class. */
function namesOf(type: Type | undefined): string[] {
  if (type?.isUnionType()) return (type.getTypes() ?? []).flatMap(namesOf)
  const name = type?.getSymbol()?.name ?? ''
  return name.endsWith('Error') && name !== 'AuthError' ? [name] : []
}
