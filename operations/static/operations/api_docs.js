"use strict";
const place = document.getElementById("api");
SwaggerUIBundle({ url: place.dataset.schema, domNode: place, deepLinking: true, defaultModelsExpandDepth: 0, validatorUrl: null });
