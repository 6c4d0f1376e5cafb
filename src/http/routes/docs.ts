import fastifySwaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";

/** Nothing from elsewhere, nothing that stands within a page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The OpenAPI document to browse and to try, at /docs, without any other host. */
export async function docsRoutes(app: FastifyInstance): Promise<void> {
  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, scope: null };
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: "/docs",
    staticCSP: POLICY,
    // Without the bar that asks for another document.
    uiConfig: { docExpansion: "list", deepLinking: true, layout: "BaseLayout" },
    theme: { title: "packwright API" },
  });
}
