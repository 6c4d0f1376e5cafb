import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BenchOptions, Section, Suite } from "../section.js";
import { classPrograms } from "./proof/classPrograms.js";
import { highsAlone } from "./proof/highsAlone.js";
import { nearProportional } from "./proof/nearProportional.js";
import { warehouses } from "./proof/warehouses.js";

const PARTS: Readonly<Record<string, Suite>> = { classPrograms, highsAlone, warehouses, nearProportional };

/** How far certificates reach: what is proven, in what time, and what MIP engines bring in the same. */
export async function proof(options: BenchOptions): Promise<Section> {
  const sections: Section[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    options.say(name);
    const dir = join(options.dir, name);
    mkdirSync(dir);
    sections.push(await part({ ...options, dir }));
  }
  return {
    tables: sections.flatMap(({ tables }) => tables),
    targets: sections.flatMap(({ targets }) => targets),
  };
}
