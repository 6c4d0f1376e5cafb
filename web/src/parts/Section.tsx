import type { ComponentChildren } from "preact";

export function Section({
  title,
  lead,
  busy = false,
  children,
}: {
  title: string;
  lead?: ComponentChildren;
  busy?: boolean;
  children: ComponentChildren;
}) {
  return (
    <section aria-busy={busy}>
      <h2>{title}</h2>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}
