/** What the process of a task needs to know; addresses and secrets of the service are not among it. */
const PASSED_ON = /^(PATH|HOME|TZ|LANG|LC_\w+|TMPDIR|TMP|TEMP|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SystemRoot)$/;

export function environmentOf(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
}
