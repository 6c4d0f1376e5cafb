import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
} from "yaml";
import { SourceNumber } from "../model/fields.js";
import { InputError, type Issue, IssueList } from "../model/issue.js";
import { type Locate, pathText } from "../model/zodIssues.js";
import { DEEPEST, TOO_DEEP } from "./nesting.js";

/** A file as plain data, and where its parts stand. */
export interface SourceTree {
  readonly tree: unknown;
  readonly locate: Locate;
}

const NUMBER = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
/** Aliases may repeat parts, but a small file must not unfold into a huge one. */
const MOST_NODES = 1_000_000;

/**
 * Reads YAML (and so JSON) into objects, arrays, strings and {@link SourceNumber}s; every scalar keeps its source text.
 *
 * @throws InputError with every problem of the syntax, duplicate keys among them
 */
export function parseYaml(file: string, text: string): SourceTree {
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  // Failsafe: scalars are text, and it is our fields that say what they mean.
  const composer = new Composer({ schema: "failsafe", keepSourceTokens: true, logLevel: "silent" });
  const tokens = shallowTokens(text, lines, (offset) => {
    throw new InputError([{ ...TOO_DEEP, file, line: lineAt(offset) }]);
  });
  const documents = [...composer.compose(tokens)] as Document.Parsed[];
  const found = new IssueList();
  for (const document of documents)
    for (const error of [...document.errors, ...document.warnings])
      found.add(yamlIssue(file, lineAt(error.pos[0]), error.code, error.message));
  const [document, second] = documents;
  if (second !== undefined)
    found.add({
      code: "MANY_DOCUMENTS",
      file,
      line: lineAt(second.range[0]),
      message: "a second YAML document begins here",
      hint: "Keep one channels file to a file; remove the ---.",
    });
  found.throwIfAny();
  const root = document?.contents as Node | null | undefined;
  if (document === undefined || root === null || root === undefined)
    throw new InputError([{ code: "EMPTY_FILE", file, message: "holds nothing but comments" }]);
  const converter = new Converter(document, (node, issue) =>
    found.add({ ...issue, file, ...(node.range ? { line: lineAt(node.range[0]) } : {}) }),
  );
  const tree = converter.toData(root, []);
  found.throwIfAny();
  return { tree, locate: (path) => ({ file, line: lineAt(offsetOf(document, root, path)) }) };
}

/**
 * The text's tokens, one for a document. What is about to nest too deep is told before the whole is parsed: the parser
 * needs no recursion for it, but time, and what comes after the parser needs recursion.
 */
function* shallowTokens(
  text: string,
  lines: LineCounter,
  tooDeep: (offset: number) => never,
): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    // Besides lists and mappings the stack holds the document and perhaps a scalar; the exact limit is the converter's.
    if (parser.stack.length > DEEPEST + 2) tooDeep(parser.offset);
  }
  yield* parser.end();
}

function yamlIssue(file: string, line: number, code: string, message: string): Issue {
  const place = { file, line };
  switch (code) {
    case "DUPLICATE_KEY":
      return {
        code,
        ...place,
        message: "a key stands twice in the same mapping",
        hint: "Keep one of the two.",
      };
    case "TAB_AS_INDENT":
      return { code, ...place, message: "a tab indents this line", hint: "YAML indents with blanks only." };
    default:
      return {
        code: "NOT_YAML",
        ...place,
        message: `is not YAML: ${message.replace(/\.$/, "")}`,
        hint: "Check indentation, brackets and quotes near this line.",
      };
  }
}

class Converter {
  #nodes = 0;
  /** It unfolds without end, or too deep: there is no use in going on. */
  #givenUp = false;
  readonly #open = new Set<Node>();

  constructor(
    readonly document: Document,
    readonly complain: (node: Node, issue: Issue) => void,
  ) {}

  toData(node: Node | null, path: readonly (string | number)[]): unknown {
    if (node === null) return "";
    if (this.#givenUp) return undefined;
    if (++this.#nodes > MOST_NODES)
      return this.#giveUp(node, {
        code: "TOO_MANY_ALIASES",
        message: `aliases unfold into more than ${MOST_NODES} values`,
        hint: "Write the values out.",
      });
    if (isAlias(node)) return this.#aliased(node, path);
    const tag = (node as { tag?: string }).tag;
    if (tag !== undefined && !/^tag:yaml\.org,2002:(str|int|float|map|seq)$/.test(tag))
      this.complain(node, {
        code: "UNKNOWN_TAG",
        path: pathText(path),
        message: `tag ${tag} is unknown here`,
        hint: "Write the value without a tag.",
      });
    if (isScalar(node)) return scalar(node);
    // Aliases that stand in one another's values unfold deeper than anything that is written.
    if (path.length >= DEEPEST) return this.#giveUp(node, TOO_DEEP);
    this.#open.add(node);
    const data = isSeq(node)
      ? node.items.map((item, i) => this.toData(item as Node | null, [...path, i]))
      : this.#mapping(node, path);
    this.#open.delete(node);
    return data;
  }

  #giveUp(node: Node, issue: Issue): undefined {
    this.#givenUp = true;
    this.complain(node, issue);
  }

  #mapping(node: Node, path: readonly (string | number)[]): unknown {
    const data: Record<string, unknown> = {};
    if (!isMap(node)) return data;
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      if (!isScalar(pair.key)) {
        this.complain(pair.key, {
          code: "WRONG_TYPE",
          path: pathText(path),
          message: "a key must be a text",
        });
        continue;
      }
      const key = keyText(pair);
      const value = isAbsent(pair.value) ? undefined : this.toData(pair.value, [...path, key]);
      // Not an assignment: a key named __proto__ must be a key like any other.
      if (value !== undefined)
        Object.defineProperty(data, key, { value, enumerable: true, writable: true, configurable: true });
    }
    return data;
  }

  #aliased(node: Node, path: readonly (string | number)[]): unknown {
    if (!isAlias(node)) return undefined;
    const target = node.resolve(this.document);
    if (target === undefined || this.#open.has(target)) {
      this.complain(node, {
        code: "NOT_YAML",
        path: pathText(path),
        message: `alias *${node.source} stands for no value before it`,
        hint: `Mark the value with &${node.source} first.`,
      });
      return undefined;
    }
    return this.toData(target, path);
  }
}

/** `key: null` and `key: ~` say that there is no value; `key:` alone is an empty text, which fields complain about. */
function isAbsent(value: Node | null): boolean {
  return isScalar(value) && value.type === "PLAIN" && (value.source === "null" || value.source === "~");
}

function scalar(node: Scalar): string | SourceNumber {
  const text = node.source ?? String(node.value ?? "");
  return node.type === "PLAIN" && node.tag === undefined && NUMBER.test(text) ? new SourceNumber(text) : text;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : "";
}

/** Where the nearest existing node of a path stands: the value, else its key, else what should hold it. */
function offsetOf(document: Document, root: Node, path: readonly PropertyKey[]): number {
  let node: Node | null = root;
  let offset = root.range?.[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isSeq(node)) {
      node = (node.items[Number(key)] as Node | undefined) ?? null;
      offset = node?.range?.[0] ?? offset;
    } else if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isPair(item) && keyText(item) === key);
      if (pair === undefined) return offset;
      node = pair.value as Node | null;
      // A scalar stands where it is; a mapping or list stands at its key, where people look for it.
      const place: Node = isScalar(node) && node.source !== "" ? node : (pair.key as Node);
      offset = place.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}
