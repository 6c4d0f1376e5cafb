// Lets a worker thread load TypeScript sources; never part of the build. `--import tsx` alone registers nothing in a
// worker of Node 20, so its own register is called there.
import { register } from "tsx/esm/api";

register();
