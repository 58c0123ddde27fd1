import { globSync } from 'node:fs'
import { join } from 'node:path'
import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import {
  isObjectLiteralExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isSpreadAssignment,
} from 'typescript/unstable/ast/is'
import { ROOT } from './documents.ts'
import type { PublicApi } from './public-api.ts'

/**
 * Finds the functions of our source that stand for a method of an interface, by the number of the method. They are the
 * parts of object literals whose type is known from their place. Parts for tests are left out: they may break at will.
 */
export function implementations({ checker, program }: PublicApi): ReadonlyMap<number, readonly Node[]> {
  const found = new Map<number, Node[]>()

  function visit(node: Node): void {
    if (isObjectLiteralExpression(node)) {
      const type = checker.getContextualType(node)
      for (const property of type ? node.properties : []) {
        const name = isSpreadAssignment(property) ? '' : property.name.getText()
        const method = type && checker.getPropertyOfType(type, name)
        const implementation = functionOf(property)
        if (method && implementation) found.set(method.id, [...(found.get(method.id) ?? []), implementation])
      }
    }
    node.forEachChild((child) => void visit(child))
  }

  function functionOf(property: Node): Node | undefined {
    if (property.kind === SyntaxKind.MethodDeclaration) return property
    if (isShorthandPropertyAssignment(property))
      return checker.getShorthandAssignmentValueSymbol(property)?.valueDeclaration?.resolve()
    if (!isPropertyAssignment(property)) return undefined
    const { initializer } = property
    if (initializer.kind !== SyntaxKind.Identifier) return initializer
    return checker.getSymbolAtLocation(initializer)?.valueDeclaration?.resolve()
  }

  const files = globSync('src/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts', 'src/testing/**'] })
  for (const file of files) {
    const source = program.getSourceFile(join(ROOT, file))
    if (!source) throw new Error(`The compiler has no ${file}.`)
    visit(source)
  }
  return found
}
