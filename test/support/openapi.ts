import { createRequire } from "node:module";

/** Holds answers against the OpenAPI document that describes them. */

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
  >;
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly object[] | null;
}

interface Ajv {
  compile(schema: object): Validator;
}

// The one that the HTTP server brings along.
const load = createRequire(createRequire(import.meta.url).resolve("fastify"));
const { default: Ajv2020 } = load("ajv/dist/2020.js") as { default: new (options: object) => Ajv };
const { default: addFormats } = load("ajv-formats") as { default: (ajv: Ajv) => void };

export interface GivenAnswer {
  readonly method: string;
  /** Of the request, perhaps with a query. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** @returns what a document has against an answer; null where it describes it */
export function answerJudge(document: OpenApi): (answer: GivenAnswer) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  const compiled = new Map<string, Validator>();
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    // Names of files hold what parts them; nothing else does.
    form: new RegExp(`^${path.replace(/\{name\}$/, "(.+)").replace(/\{\w+\}/g, "([^/]*)")}$`),
  }));
  return ({ method, path, status, type, text }) => {
    // A slash at the end makes no other address.
    const plain = path.split("?")[0]!.replace(/(.)\/$/, "$1");
    const found = paths.find(({ form }) => form.test(plain));
    if (found === undefined) return `${plain} is not described`;
    const operation = document.paths[found.path]![method.toLowerCase()];
    if (operation === undefined) return `${method} ${found.path} is not described`;
    const { responses } = operation;
    const key = [String(status), `${String(status)[0]}XX`].find((each) => responses[each] !== undefined);
    if (key === undefined) return `${method} ${found.path} does not describe ${status}`;
    const content = responses[key]!.content;
    if (content === undefined) return text === "" ? null : `${status} of ${found.path} is to be empty`;
    const bare = (name: string) => name.split(";")[0]!.trim();
    const name = Object.keys(content).find((each) => bare(each) === bare(type ?? ""));
    if (name === undefined) return `${method} ${found.path} does not describe ${status} as ${type}`;
    if (!/json$/.test(bare(name)) || content[name]!.schema === undefined) return null;
    if ((content[name]!.schema as { type?: string }).type === "string") return null;
    const of = [found.path, method, key, name].join(" ");
    // References begin at the root of a schema.
    const { components } = document;
    const validate = compiled.get(of) ?? ajv.compile({ ...content[name]!.schema, components });
    compiled.set(of, validate);
    const values = /ndjson$/.test(bare(name)) ? text.split("\n").filter((line) => line !== "") : [text];
    if (values.every((value) => validate(JSON.parse(value)))) return null;
    return `${method} ${found.path} ${status}: ${JSON.stringify(validate.errors?.slice(0, 3))} in ${text.slice(0, 300)}`;
  };
}
