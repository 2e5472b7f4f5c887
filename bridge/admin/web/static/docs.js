// Shows the API's description; nothing is sent anywhere else.
"use strict";

window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "/api/v1/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    validatorUrl: null, // its picture would come from elsewhere
    persistAuthorization: false, // a token is forgotten with the page
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});
