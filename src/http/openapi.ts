import type { RouteOptions } from "fastify";
import { z } from "zod";
import { VERSION } from "../version.js";
import type { App } from "./app.js";
import type { Content } from "./content.js";
import { DOCUMENT } from "./schemas/document.js";

/** What a route says of itself, as far as it is described. */
interface Described {
  readonly hide?: boolean;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly querystring?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response?: Readonly<Record<string, z.ZodType | Answer>>;
}

interface Answer {
  readonly description: string;
  readonly content: Content;
}

type Json = Record<string, unknown>;

/**
 * Notes all routes that are added from now on. @returns the OpenAPI 3.1 document of them, from their own schemas; to be called
 * when all routes are there
 */
export function describeRoutes(app: App): () => Json {
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    routes.push(route);
  });
  let document: Json | undefined;
  return () => {
    document ??= documentOf(routes);
    return document;
  };
}

function documentOf(routes: readonly RouteOptions[]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const { url, method, schema, config } of routes) {
    const described = (schema ?? { hide: true }) as Described;
    if (described.hide || described.summary === undefined) continue;
    for (const each of [method].flat().filter((name) => name !== "HEAD")) {
      const path = url.replace(/:(\w+)/g, "{$1}").replace("*", "{name}");
      paths[path] ??= {};
      paths[path][each.toLowerCase()] = operation(each, path, described, config ?? {}, schemas);
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "packwright", version: VERSION, description: DOCUMENT.description },
    servers: [{ url: "/" }],
    tags: DOCUMENT.tags,
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: DOCUMENT.key } },
      schemas: schemas.components,
    },
  };
}

function operation(
  method: string,
  path: string,
  described: Described,
  { scope, jobBody, content }: NonNullable<RouteOptions["config"]>,
  schemas: Schemas,
): Json {
  const { tags, summary, description = "", params, querystring, headers, body, response = {} } = described;
  const allowed = scope == null ? "" : `Scope: \`${scope}\`.`;
  const parameters = [
    ...schemas.parameters("path", params),
    ...schemas.parameters("query", querystring),
    ...schemas.parameters("header", headers),
  ];
  const taken = content ?? (jobBody ? DOCUMENT.jobBody(path, body!) : body && DOCUMENT.jsonBody(path, body));
  return {
    operationId: operationId(method, path),
    tags,
    summary,
    description: [description, allowed].filter((text) => text !== "").join("\n\n"),
    ...(scope === null ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(taken === undefined ? {} : { requestBody: { required: true, content: schemas.content(taken) } }),
    responses: Object.fromEntries(
      Object.entries(response).map(([status, answer]) => [
        status.toUpperCase(),
        schemas.answer(status, answer),
      ]),
    ),
  };
}

/** `GET /v1/plans/{id}/events` as `getPlansIdEvents`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const named = words.map((word) => word[0]!.toUpperCase() + word.slice(1));
  return method.toLowerCase() + named.join("");
}

/** Turns schemas into JSON schemas; those with an id of their own become components. */
class Schemas {
  readonly components: Record<string, Json> = {};

  of(schema: z.ZodType): Json {
    const id = z.globalRegistry.get(schema)?.id;
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, {
      // What callers may send and must expect; answers may grow.
      io: "input",
      unrepresentable: "any",
    }) as Json;
    for (const [name, part] of Object.entries($defs as Record<string, Json>)) this.#add(name, part);
    if (id === undefined) return referring(own) as Json;
    // One with an id may be among its own parts already.
    if (own.$ref === undefined) this.#add(id, own);
    return { $ref: `#/components/schemas/${id}` };
  }

  #add(name: string, { id: _, ...schema }: Json): void {
    this.components[name] = referring(schema) as Json;
  }

  content(content: Content): Json {
    return Object.fromEntries(
      Object.entries(content).map(([type, { schema, example }]) => [
        type,
        {
          ...(schema === undefined ? {} : { schema: this.of(schema) }),
          ...(example === undefined ? {} : { example }),
        },
      ]),
    );
  }

  answer(status: string, answer: z.ZodType | Answer): Json {
    if (!(answer instanceof z.ZodType))
      return { description: answer.description, ...headersOf(status), content: this.content(answer.content) };
    const description = DOCUMENT.answers[status] ?? "";
    if (answer instanceof z.ZodNull) return { description };
    return {
      description,
      ...headersOf(status),
      content: this.content({ "application/json": { schema: answer } }),
    };
  }

  parameters(place: string, object: z.ZodObject | undefined): Json[] {
    if (object === undefined) return [];
    const { properties = {}, required = [] } = this.of(object) as {
      properties?: Record<string, Json>;
      required?: readonly string[];
    };
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name: name === "*" ? "name" : name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    }));
  }
}

function headersOf(status: string): Json {
  const headers = DOCUMENT.headers[status];
  return headers === undefined
    ? {}
    : {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, description]) => [
            name,
            { description, schema: { type: "string" } },
          ]),
        ),
      };
}

/** References to parts as references to components. */
function referring(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(referring);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string"
        ? value.replace("#/$defs/", "#/components/schemas/")
        : referring(value),
    ]),
  );
}
