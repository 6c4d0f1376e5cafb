import { useEffect, useMemo } from "preact/hooks";
import { ProblemError } from "../../../src/client/errors.js";
import { askJson, askRows, question } from "../api/service.js";
import { stopPlan } from "../api/submit.js";
import type { PackageRow, PlanResource, Terms } from "../api/types.js";
import { Progress } from "../parts/Progress.js";
import { Section } from "../parts/Section.js";
import { Trouble } from "../parts/Trouble.js";
import { type Route, TABS, type Tab } from "../state/route.js";
import { type Answer, useAnswers } from "../state/useAnswers.js";
import { useJob } from "../state/useJob.js";
import { useLoaded } from "../state/useLoaded.js";
import type { Go } from "../state/useRoute.js";
import { useWords } from "../words/context.js";
import { CompareView } from "./CompareView.js";
import { ExportView, scenariosOf } from "./ExportView.js";
import { OrdersView } from "./OrdersView.js";
import { PlanView } from "./PlanView.js";
import { SimulateView } from "./SimulateView.js";

/** A plan: being made, made, or why not. */
export function PlanPage({ id, route, go }: { id: string; route: Route; go: Go }) {
  const words = useWords();
  const { progress, error } = useJob(`/v1/plans/${id}/events`);
  if (error !== null) return <Trouble error={error} />;
  if (progress?.state === "done") return <MadePlan id={id} route={route} go={go} />;
  if (progress?.state === "failed" && progress.problem)
    return (
      <Section title={words.making.noPlan}>
        <Trouble error={new ProblemError(progress.problem)} />
        <button type="button" onClick={() => go({ plan: null })}>
          {words.making.back}
        </button>
      </Section>
    );
  if (progress?.state === "cancelled")
    return (
      <Section title={words.making.noPlan}>
        <p class="lead">{words.making.cancelled}</p>
      </Section>
    );
  return (
    <Section title={words.making.title} lead={words.making.lead}>
      <Progress
        progress={progress}
        onStop={() => void stopPlan(id).catch(() => {})}
        stopLabel={progress?.state === "queued" ? words.making.cancel : words.making.stop}
      />
    </Section>
  );
}

function MadePlan({ id, route, go }: { id: string; route: Route; go: Go }) {
  const words = useWords();
  const loaded = useLoaded(id, async (signal) => {
    const [{ plan }, packages, terms] = await Promise.all([
      askJson<PlanResource>(`/v1/plans/${id}`, { signal }),
      askRows<PackageRow>(`/v1/plans/${id}/packages`, { signal }),
      askJson<Terms>(`/v1/plans/${id}/terms`, { signal }),
    ]);
    return { plan: plan!, packages, terms };
  });
  if (loaded.state === "failed") return <Trouble error={loaded.error} />;
  if (loaded.state === "pending")
    return (
      <p class="status" role="status">
        {words.loading}
      </p>
    );
  const { plan, packages, terms } = loaded.value;
  return <OpenPlan key={id} id={id} plan={plan} packages={packages} terms={terms} route={route} go={go} />;
}

/** The first question about a large plan takes as long as its orders take to be read. */
const OPENING_SECONDS = 300;

/** Has the service open the plan for questions while a person still looks at it: that takes some seconds. */
function useOpened(id: string): void {
  useEffect(() => {
    const controller = new AbortController();
    // Whatever is wrong is told when somebody asks.
    question(
      `/v1/plans/${id}/simulations`,
      {},
      { signal: controller.signal, timeout: OPENING_SECONDS },
    ).catch(() => {});
    return () => controller.abort();
  }, [id]);
}

/** Curves bring their library along, which nobody else needs. */
function Curves(props: Parameters<typeof import("./CurvesView.js").CurvesView>[0]) {
  const words = useWords();
  const view = useLoaded("curves", async () => (await import("./CurvesView.js")).CurvesView);
  if (view.state === "failed") return <Trouble error={view.error} />;
  if (view.state === "pending") return <p class="status">{words.loading}</p>;
  return <view.value {...props} />;
}

/** Tabs in which answers to all scenarios are looked at. */
const ALL_SCENARIOS: readonly Tab[] = ["compare", "export"];

function OpenPlan({
  id,
  plan,
  packages,
  terms,
  route,
  go,
}: {
  id: string;
  plan: Answer["plan"];
  packages: Answer["packages"];
  terms: Terms;
  route: Route;
  go: Go;
}) {
  const words = useWords();
  const base = useMemo(() => ({ plan, packages, against: null }), [plan, packages]);
  const wanted = ALL_SCENARIOS.includes(route.tab)
    ? scenariosOf(route, "").map(({ changes }) => changes)
    : route.tab === "simulate"
      ? [route.changes]
      : [];
  const answers = useAnswers(id, base, wanted, terms.exponent);
  useOpened(id);
  const views: Readonly<Record<Tab, () => preact.JSX.Element>> = {
    plan: () => <PlanView base={base} terms={terms} />,
    simulate: () => <SimulateView base={base} terms={terms} route={route} answers={answers} go={go} />,
    compare: () => <CompareView terms={terms} route={route} answers={answers} go={go} />,
    curves: () => <Curves plan={id} terms={terms} route={route} go={go} />,
    orders: () => <OrdersView plan={id} terms={terms} order={route.order} go={go} />,
    export: () => <ExportView plan={id} route={route} answers={answers} />,
  };
  return (
    <>
      <nav class="tabs" aria-label={words.tabs.label}>
        <ul>
          {TABS.map((tab) => (
            <li key={tab}>
              <button
                type="button"
                aria-current={tab === route.tab ? "page" : undefined}
                onClick={() => go({ tab })}
              >
                {words.tabs[tab]}
                {tab === "compare" && route.pinned.length > 0 && (
                  <span class="count">{route.pinned.length}</span>
                )}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {views[route.tab]()}
    </>
  );
}
