import { MOST_CONTENTS_WORK } from "../../model/certificate.js";
import { Unusable } from "./unusable.js";

/** Counts the work of all contents of a certificate (docs/certificate.md, "Contents"). */
export class Work {
  #done = 0;

  /** @throws Unusable where the certificate asks for more than anybody should have to do */
  add(work: number): void {
    this.#done += work;
    if (this.#done > MOST_CONTENTS_WORK)
      throw new Unusable(`Its contents of packages take more than ${MOST_CONTENTS_WORK} steps to work out.`);
  }
}
