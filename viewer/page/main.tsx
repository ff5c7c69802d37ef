import { render } from "preact";
import { App } from "./shell/app.tsx";
import { startSession } from "./state/start_session.ts";

const root = document.getElementById("app")!;
root.replaceChildren();
render(<App />, root);
startSession();
