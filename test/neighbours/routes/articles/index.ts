import type { FastifyInstance } from 'fastify'
import type { DeclaredRoute } from 'ostiary/fastify'

// Found by `@fastify/autoload`, below a prefix of its folder's name. What routes declare comes in with the options: a
// module that is loaded past Vitest would have a copy of ostiary for itself.

export default async function articles(
  app: FastifyInstance,
  { view, edit }: { readonly view: DeclaredRoute; readonly edit: DeclaredRoute },
): Promise<void> {
  app.get('/', view, async ({ visitor }) => ({ reader: visitor.name }))
  app.post('/', edit, async () => ({ done: true }))
  app.get<{ Params: { id: string } }>('/:id', view, async ({ params }) => params)
}
