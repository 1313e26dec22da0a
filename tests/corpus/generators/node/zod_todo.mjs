// Prints the document of schemas that are written with zod, by zod-to-openapi.
//   zod_todo.mjs 3.0.3|3.1.0
import {
  extendZodWithOpenApi,
  OpenApiGeneratorV3,
  OpenApiGeneratorV31,
  OpenAPIRegistry,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

extendZodWithOpenApi(z);
const version = process.argv[2];
const registry = new OpenAPIRegistry();
const bearer = registry.registerComponent('securitySchemes', 'bearer', {
  type: 'http',
  scheme: 'bearer',
});
const Id = registry.registerParameter(
  'TodoId',
  z.uuid().openapi({ param: { name: 'id', in: 'path' } }),
);
const Tag = z
  .object({
    name: z
      .string()
      .min(1)
      .max(20)
      .regex(/^[a-z-]+$/),
  })
  .strict()
  .openapi('Tag');
const Todo = registry.register(
  'Todo',
  z.object({
    id: z.uuid(),
    title: z.string().openapi({ example: 'Buy milk' }),
    done: z.boolean().default(false),
    due: z.iso.datetime().nullable(),
    day: z.iso.date().optional(),
    priority: z.enum(['low', 'high']).nullable(),
    effort: z.number().int().gt(0).lt(100).optional(),
    weight: z.number().multipleOf(0.25).nullish(),
    tags: z.array(Tag).max(9),
    link: z.url().optional(),
    mail: z.email().optional(),
    counts: z.record(z.string(), z.number().int()),
    pair: z.tuple([z.string(), z.number()]).optional(),
    any: z.any(),
    literal: z.literal('todo'),
  }),
);
const Shape = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number().positive() }).openapi('Circle'),
    z.object({ kind: z.literal('square'), side: z.number().nonnegative() }).openapi('Square'),
  ])
  .openapi('Shape');

const json = (schema) => ({ content: { 'application/json': { schema } } });
registry.registerPath({
  method: 'get',
  path: '/todos',
  summary: 'Lists them',
  request: {
    query: z.object({
      tags: z.array(z.string()).optional(),
      page: z.coerce.number().int().min(1).optional(),
      done: z.enum(['true', 'false']).optional(),
    }),
    headers: z.object({ 'x-trace': z.string().optional() }),
    cookies: z.object({ session: z.string().optional() }),
  },
  responses: {
    200: { description: 'All', ...json(z.array(Todo)) },
    default: { description: 'Bad' },
  },
});
registry.registerPath({
  method: 'put',
  path: '/todos/{id}',
  security: [{ [bearer.name]: [] }],
  request: {
    params: z.object({ id: Id }),
    body: { required: true, ...json(Todo.partial().omit({ id: true })) },
  },
  responses: {
    200: { description: 'It', ...json(Todo.extend({ extra: z.union([z.string(), z.number()]) })) },
  },
});
registry.registerPath({
  method: 'post',
  path: '/shapes',
  request: { body: json(Shape) },
  responses: {
    201: { description: 'Made', ...json(z.intersection(Tag, z.object({ at: z.iso.datetime() }))) },
  },
});
registry.registerPath({
  method: 'delete',
  path: '/todos/{id}',
  request: { params: z.object({ id: Id }) },
  responses: { 204: { description: 'Gone' } },
});
if (version.startsWith('3.1')) {
  registry.registerWebhook({
    method: 'post',
    path: 'done',
    request: { body: json(Todo) },
    responses: { 200: { description: 'Heard' } },
  });
}
const Generator = version.startsWith('3.1') ? OpenApiGeneratorV31 : OpenApiGeneratorV3;
console.log(
  JSON.stringify(
    new Generator(registry.definitions).generateDocument({
      openapi: version,
      info: { title: 'Todos', version: '1.0.0' },
      servers: [{ url: 'v1' }],
    }),
    null,
    1,
  ),
);
