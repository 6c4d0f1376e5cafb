/** A process of simulations that opens plans of nothing, and does what questions say: `die`, or answer after `ms`. */
const turns = new Map();
const tell = (number, answer) => process.send({ number, outcome: { ok: true, answer } });

process.on("message", async ({ type, number, plan, question }) => {
  if (type === "open") {
    turns.set(plan, Promise.resolve());
    return tell(number, {});
  }
  if (type !== "ask") return;
  process.send({ number });
  const turn = turns.get(plan).then(() => new Promise((resolve) => setTimeout(resolve, question.orders.ms)));
  turns.set(plan, turn);
  await turn;
  if (question.orders.die) process.kill(process.pid, "SIGKILL");
  tell(number, { pid: process.pid });
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
